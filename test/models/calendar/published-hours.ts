/**
 * Hours of markets in 2026 and 2027 as the exchanges publish them, written down by hand and apart from the code under test: local
 * hours, the weekdays without trading, the days that end early, and the zone by its name in the IANA database.
 *
 * Sources, read in November 2026:
 * - NYSE, https://www.nyse.com/markets/hours-calendars (2026 to 2028); NASDAQ has the same days
 * - London Stock Exchange, https://www.londonstockexchange.com/equities-trading/business-days
 * - Xetra, https://www.xetra.com/xetra-en/trading/trading-calendar-and-trading-hours
 * - Euronext, https://www.euronext.com/en/trade/trading-hours-holidays
 * - TSX, https://www.tsx.com/en/trading/calendars-and-trading-hours
 * - JPX, https://www.jpx.co.jp/english/corporate/about-jpx/calendar/
 * - HKEX, trading calendars of 2026 and 2027; general holidays of 2027 as gazetted, https://www.gov.hk/en/about/abouthk/holiday/
 * - NSE, circular of trading holidays for 2026, with 15 January added later and the budget's Sunday, 1 February; 2027 comes out
 *   in December 2026
 * - CME Group, https://www.cmegroup.com/trading-hours.html, metals and energy on Globex, in Chicago's time plus one hour
 * - spot foreign exchange: no official hours; Sunday to Friday 17:00 New York, without 25 December and 1 January
 */
export interface PublishedHours {
  readonly zone: string;
  /** Local hours of an ordinary weekday; negative ones belong to the evening before. */
  readonly hours: readonly (readonly [open: number, close: number])[];
  readonly closed: readonly string[];
  /** Days of other hours. */
  readonly special?: Readonly<Record<string, readonly (readonly [open: number, close: number])[]>>;
  /** Ordinary weekdays begin with Monday everywhere. Years that are published. */
  readonly years: readonly number[];
}

const both = [2026, 2027];
const days = (text: string) => text.split(/\s+/);

const halfDays = (dates: string, ...hours: (readonly [number, number])[]) =>
  Object.fromEntries(days(dates).map((date) => [date, hours]));

const newYork: PublishedHours = {
  zone: 'America/New_York',
  hours: [[9.5, 16]],
  closed:
    days(`2026-01-01 2026-01-19 2026-02-16 2026-04-03 2026-05-25 2026-06-19 2026-07-03 2026-09-07 2026-11-26 2026-12-25
    2027-01-01 2027-01-18 2027-02-15 2027-03-26 2027-05-31 2027-06-18 2027-07-05 2027-09-06 2027-11-25 2027-12-24`),
  special: halfDays('2026-11-27 2026-12-24 2027-11-26', [9.5, 13]),
  years: both,
};

const globex: PublishedHours = {
  zone: 'America/New_York',
  hours: [[-6, 17]],
  closed: days('2026-01-01 2026-04-03 2026-12-25 2027-01-01 2027-03-26 2027-12-24'),
  special: {
    ...halfDays(
      `2026-01-19 2026-02-16 2026-05-25 2026-06-19 2026-07-03 2026-09-07 2026-11-26
       2027-01-18 2027-02-15 2027-05-31 2027-06-18 2027-07-05 2027-09-06 2027-11-25`,
      [-6, 14.5],
    ),
    ...halfDays('2026-11-27 2026-12-24 2027-11-26', [-6, 13.75]),
  },
  years: both,
};

const forex: PublishedHours = {
  zone: 'America/New_York',
  hours: [[-7, 17]],
  // 25 December 2027 is a Saturday.
  closed: days('2026-01-01 2026-12-25 2027-01-01'),
  years: both,
};

/** By symbol, as it is configured. */
export const publishedHours: Readonly<Record<string, PublishedHours | 'always'>> = {
  'BTC/USD': 'always',
  'WIF/GBP': 'always',
  'EUR/USD': forex,
  'USD/IDR': forex,
  'XAU/USD': globex,
  'WTI/USD': globex,
  'XCU/USD': globex,
  AAPL: newYork,
  'VOD:LSE': {
    zone: 'Europe/London',
    hours: [[8, 16.5]],
    closed: days(`2026-01-01 2026-04-03 2026-04-06 2026-05-04 2026-05-25 2026-08-31 2026-12-25 2026-12-28
      2027-01-01 2027-03-26 2027-03-29 2027-05-03 2027-05-31 2027-08-30 2027-12-27 2027-12-28`),
    special: halfDays('2026-12-24 2026-12-31 2027-12-24 2027-12-31', [8, 12.5]),
    years: both,
  },
  GDAXI: {
    zone: 'Europe/Berlin',
    hours: [[9, 17.5]],
    closed: days(`2026-01-01 2026-04-03 2026-04-06 2026-05-01 2026-12-24 2026-12-25 2026-12-31
      2027-01-01 2027-03-26 2027-03-29 2027-12-24 2027-12-31`),
    special: halfDays('2026-12-30 2027-12-30', [9, 14]),
    years: both,
  },
  'MC:Euronext': {
    zone: 'Europe/Paris',
    hours: [[9, 17.5]],
    closed: days('2026-01-01 2026-04-03 2026-04-06 2026-05-01 2026-12-25 2027-01-01 2027-03-26 2027-03-29'),
    special: halfDays('2026-12-24 2026-12-31 2027-12-24 2027-12-31', [9, 14 + 5 / 60]),
    years: both,
  },
  'RY:TSX': {
    zone: 'America/Toronto',
    hours: [[9.5, 16]],
    closed:
      days(`2026-01-01 2026-02-16 2026-04-03 2026-05-18 2026-07-01 2026-08-03 2026-09-07 2026-10-12 2026-12-25 2026-12-28
      2027-01-01 2027-02-15 2027-03-26 2027-05-24 2027-07-01 2027-08-02 2027-09-06 2027-10-11 2027-12-27 2027-12-28`),
    special: halfDays('2026-12-24 2027-12-24', [9.5, 13]),
    years: both,
  },
  '7203:TSE': {
    zone: 'Asia/Tokyo',
    hours: [
      [9, 11.5],
      [12.5, 15.5],
    ],
    closed:
      days(`2026-01-01 2026-01-02 2026-01-12 2026-02-11 2026-02-23 2026-03-20 2026-04-29 2026-05-04 2026-05-05 2026-05-06
      2026-07-20 2026-08-11 2026-09-21 2026-09-22 2026-09-23 2026-10-12 2026-11-03 2026-11-23 2026-12-31
      2027-01-01 2027-01-11 2027-02-11 2027-02-23 2027-03-22 2027-04-29 2027-05-03 2027-05-04 2027-05-05 2027-07-19 2027-08-11
      2027-09-20 2027-09-23 2027-10-11 2027-11-03 2027-11-23 2027-12-31`),
    years: both,
  },
  '0700:HKEX': {
    zone: 'Asia/Hong_Kong',
    hours: [
      [9.5, 12],
      [13, 16],
    ],
    closed:
      days(`2026-01-01 2026-02-17 2026-02-18 2026-02-19 2026-04-03 2026-04-06 2026-04-07 2026-05-01 2026-05-25 2026-06-19
      2026-07-01 2026-10-01 2026-10-19 2026-12-25
      2027-01-01 2027-02-08 2027-02-09 2027-03-26 2027-03-29 2027-04-05 2027-05-13 2027-06-09 2027-07-01 2027-09-16 2027-10-01
      2027-10-08 2027-12-27`),
    special: halfDays('2026-02-16 2026-12-24 2026-12-31 2027-02-05 2027-12-24 2027-12-31', [9.5, 12]),
    years: both,
  },
  'RELIANCE:NSE': {
    zone: 'Asia/Kolkata',
    hours: [[9.25, 15.5]],
    closed:
      days(`2026-01-15 2026-01-26 2026-03-03 2026-03-26 2026-03-31 2026-04-03 2026-04-14 2026-05-01 2026-05-28 2026-06-26
      2026-09-14 2026-10-02 2026-10-20 2026-11-10 2026-11-24 2026-12-25`),
    special: { '2026-02-01': [[9.25, 15.5]] },
    years: [2026],
  },
};

/** Is the market open at an instant, by its published hours? The zone database alone tells the local time. */
export function isPublishedOpen(
  published: PublishedHours,
  localAt: (time: number) => string,
  time: number,
): boolean {
  const [date = '', clock = ''] = localAt(time).split(' ');
  const [hour = 0, minute = 0] = clock.split(':').map(Number);
  const at = hour + minute / 60;
  return (
    hoursOn(published, date).some(([open, close]) => at >= open && at < close) ||
    // The evening that belongs to the next date.
    hoursOn(published, dayAfter(date)).some(([open, close]) => at - 24 >= open && at - 24 < close)
  );
}

function hoursOn({ hours, closed, special = {} }: PublishedHours, date: string) {
  if (special[date] !== undefined) return special[date];
  const weekday = new Date(`${date}T12:00:00Z`).getUTCDay();
  return weekday === 0 || weekday === 6 || closed.includes(date) ? [] : hours;
}

const dayAfter = (date: string) =>
  new Date(Date.parse(`${date}T12:00:00Z`) + 86_400_000).toISOString().slice(0, 10);

/** `2026-12-24 09:30` at a place, by the zone database. */
export function localTimeIn(zone: string): (time: number) => string {
  const format = new Intl.DateTimeFormat('sv-SE', {
    timeZone: zone,
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
    hour: '2-digit',
    minute: '2-digit',
  });
  return (time) => format.format(time);
}

const clockForm =
  /^(?:(\d{1,2}):(\d{2})(?::(\d{2})(?:[.,:](\d{1,9}))?)?|(\d{2})(\d{2})(\d{2})?(?:\.(\d{1,9}))?)(?:\s?([ap])\.?m\.?)?\s*(.*)$/i;
const zoneForm =
  /^(?:(?:GMT|UTC)?([+-])(\d{1,2})(?::?(\d{2}))?|(Z|UTC|GMT)|(E[SD]T|CES?T|EES?T))(?:\[.*\])?$/i;
const abbreviations: Readonly<Record<string, number>> = {
  EST: -5,
  EDT: -4,
  CET: 1,
  CEST: 2,
  EET: 2,
  EEST: 3,
};
const hour = 3_600_000;

/** Is a cell a time of day? */
export const isClock = (cell: string): boolean => clockOf(paddedClock(cell)) !== null;

/** Spreadsheets drop the zeros of 000000. */
export const paddedClock = (clock: string): string => (clock === '0' ? '000000' : clock);

interface FoundClock {
  /** To be added to midnight. */
  readonly ms: number;
  readonly zoned: boolean;
}

export const midnight: FoundClock = { ms: 0, zoned: false };

/** The time of day that a text is, with its zone if it names one; null where it is none. */
export function clockOf(text: string): FoundClock | null {
  const found = clockForm.exec(text);
  if (found === null) return null;
  const [, h1, m1, s1, f1, h2, m2, s2, f2, half, zone = ''] = found;
  const [hours, minutes, seconds] = [Number(h1 ?? h2), Number(m1 ?? m2), Number(s1 ?? s2 ?? 0)];
  const isHalf = half === undefined ? hours < 24 : hours >= 1 && hours <= 12;
  if (!isHalf || minutes > 59 || seconds > 59) return null;
  const inDay = half === undefined ? hours : (hours % 12) + (half.toLowerCase() === 'p' ? 12 : 0);
  const ms =
    inDay * hour + minutes * 60_000 + seconds * 1000 + Math.floor(Number(`0.${f1 ?? f2 ?? 0}`) * 1000);
  if (zone === '') return { ms, zoned: false };
  const shift = shiftOf(zone);
  return shift === null ? null : { ms: ms - shift, zoned: true };
}

/** How far a zone is ahead of UTC, ms. */
function shiftOf(zone: string): number | null {
  const found = zoneForm.exec(zone);
  if (found === null) return null;
  const [, sign, hours, minutes, utc, name] = found;
  if (utc !== undefined) return 0;
  if (name !== undefined) return abbreviations[name.toUpperCase()]! * hour;
  const shift = Number(hours) * hour + Number(minutes ?? 0) * 60_000;
  return shift > 14 * hour ? null : sign === '-' ? -shift : shift;
}

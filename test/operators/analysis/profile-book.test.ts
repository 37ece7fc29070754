import { describe, expect, it } from 'vitest';
import { lastCandles } from '../../../models/candle-columns.ts';
import { learnBar, profileMemory, profileOf } from '../../../models/volatility/volatility-profile.ts';
import { createProfileBook, profileOfBars } from '../../../operators/analysis/profile-book.ts';
import { seasonalMarket } from '../../models/synthetic-markets.ts';

const minute = 60_000;
const market = seasonalMarket(9, 12, 15);
const windowTo = (bars: number) =>
  lastCandles({ ...market, time: market.time.subarray(0, bars), close: market.close.subarray(0, bars) }, 250);
/** What all bars up to the end of a window teach, in one go. */
const expected = (bars: number) => {
  const memory = profileMemory(15 * minute);
  for (let t = 0; t < bars; t++) learnBar(memory, market.time[t]!, market.close[t]!);
  return profileOf(memory);
};
/** A store that holds the market up to what was asked, and counts the questions. */
const store = () => {
  const asked: number[] = [];
  const read = async (_symbol: string, _timeframe: string, until: number, limit: number) => {
    asked.push(until);
    const to = market.time.findLastIndex((time) => time <= until) + 1;
    const from = Math.max(0, to - limit);
    return { time: market.time.subarray(from, to), close: market.close.subarray(from, to) };
  };
  return { asked, read };
};

describe('createProfileBook', () => {
  it('asks the store once, and then learns each window’s new bars', async () => {
    const { asked, read } = store();
    const book = createProfileBook({ read });
    for (const bars of [600, 601, 602, 640, 800])
      expect(await book.of('EURUSD', '15min', windowTo(bars))).toEqual(expected(bars));
    expect(asked).toHaveLength(1);
    expect(expected(800)).toBeDefined();
  });

  it('learns from a window alone where the store has nothing', async () => {
    const time = market.time.map((at) => 16 * at);
    const window = lastCandles({ ...market, time, close: market.close }, 250);
    const memory = profileMemory(240 * minute);
    window.time.forEach((at, i) => learnBar(memory, at, window.close[i]!));
    expect(profileOf(memory)).toBeDefined();
    const none = { time: new Float64Array(), close: new Float64Array() };
    const book = createProfileBook({ read: async () => none });
    expect(await book.of('EURUSD', '4h', window)).toEqual(profileOf(memory));
  });

  it('forgets a symbol in all its timeframes, and no other', async () => {
    const { asked, read } = store();
    const book = createProfileBook({ read });
    const learn = async () => {
      for (const symbol of ['EURUSD', 'EURUSDX'])
        for (const timeframe of ['15min', '30min'] as const) await book.of(symbol, timeframe, windowTo(600));
      return asked.length;
    };
    expect([await learn(), await learn()]).toEqual([4, 4]);
    book.forget('EURUSD');
    expect(await learn()).toBe(6);
    expect(await book.of('EURUSD', '1day', windowTo(600))).toBeUndefined();
    expect(asked).toHaveLength(6);
  });

  it('is the same after a restart, and after a gap longer than a window', async () => {
    const { asked, read } = store();
    const book = createProfileBook({ read });
    await book.of('EURUSD', '15min', windowTo(300));
    expect(await book.of('EURUSD', '15min', windowTo(900))).toEqual(expected(900));
    expect(asked).toHaveLength(2);
    expect(await createProfileBook({ read }).of('EURUSD', '15min', windowTo(900))).toEqual(expected(900));
  });

  it('asks again after an hour where a backfill may have brought the days that were not there', async () => {
    const { asked, read } = store();
    let from = 400;
    const book = createProfileBook({
      read: async (...query) => {
        const { time, close } = await read(...query);
        return { time: time.slice(from), close: close.slice(from) };
      },
    });
    expect(await book.of('EURUSD', '15min', windowTo(700))).toBeUndefined();
    from = 0;
    expect(await book.of('EURUSD', '15min', windowTo(703))).toBeUndefined();
    expect(await book.of('EURUSD', '15min', windowTo(704))).toEqual(expected(704));
    await book.of('EURUSD', '15min', windowTo(720));
    expect(asked).toHaveLength(2);
  });

  it('gives no window bars that came after it', async () => {
    const { read } = store();
    const book = createProfileBook({ read });
    const [late, early] = await Promise.all([
      book.of('EURUSD', '15min', windowTo(900)),
      book.of('EURUSD', '15min', windowTo(700)),
    ]);
    expect(early).toEqual(expected(700));
    expect(late).toEqual(expected(900));
    expect(await book.of('EURUSD', '15min', windowTo(901))).toEqual(expected(901));
  });

  it('does without where the store fails, reports it, and asks again', async () => {
    const { read } = store();
    const failures: unknown[] = [];
    let away = true;
    const book = createProfileBook({
      read: (...query) => (away ? Promise.reject(new Error('away')) : read(...query)),
      onFailure: (error) => failures.push(error),
    });
    expect(await book.of('EURUSD', '15min', windowTo(700))).toBeUndefined();
    away = false;
    expect(await book.of('EURUSD', '15min', windowTo(700))).toEqual(expected(700));
    expect(failures).toEqual([new Error('away')]);
  });

  it('reads two histories at a time, keeps as many as it may, and forgets a symbol', async () => {
    const { read } = store();
    let reading = 0;
    let most = 0;
    let reads = 0;
    const book = createProfileBook({
      most: 3,
      read: async (...query) => {
        reads++;
        most = Math.max(most, ++reading);
        await Promise.resolve();
        reading--;
        return read(...query);
      },
    });
    const symbols = ['A', 'B', 'C', 'D', 'E'];
    await Promise.all(symbols.map((symbol) => book.of(symbol, '15min', windowTo(700))));
    expect([most, reads]).toEqual([2, 5]);
    await book.of('E', '15min', windowTo(701));
    expect(reads).toBe(5);
    await book.of('A', '15min', windowTo(701));
    expect(reads).toBe(6);
    book.forget('E');
    await book.of('E', '15min', windowTo(701));
    expect(reads).toBe(7);
  });

  it('asks nothing for bars of a day', async () => {
    const { asked, read } = store();
    expect(await createProfileBook({ read }).of('EURUSD', '1day', windowTo(700))).toBeUndefined();
    expect(asked).toEqual([]);
  });
});

describe('profileOfBars', () => {
  it('learns what candles older than the window teach', () => {
    const bars = Array.from(market.time, (openTime, t) => ({ openTime, close: market.close[t]! }));
    expect(profileOfBars(bars, '15min')).toEqual(expected(market.time.length));
    expect(profileOfBars(bars.slice(-250), '15min')).toBeUndefined();
    // Ten days of hours, but no bar beyond the window.
    expect(profileOfBars(bars.slice(-250), '1h')).toBeUndefined();
    const hourly = bars.filter((_, t) => t % 4 === 0);
    expect(profileOfBars(hourly, '1h')).toBeDefined();
    expect(profileOfBars(hourly.slice(0, 250), '1h')).toBeUndefined();
  });
});

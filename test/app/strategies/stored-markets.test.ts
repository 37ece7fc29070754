import { Client } from 'pg';
import { firstValueFrom } from 'rxjs';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { createAchieved } from '../../../app/achieved.ts';
import { createMarkets } from '../../../app/markets.ts';
import { createMetrics } from '../../../app/metrics.ts';
import { openOwnStrategies } from '../../../app/strategies/open-strategies.ts';
import { parseConfig } from '../../../config.ts';
import type { Candle } from '../../../schema/candle.ts';
import { AssignmentEntry } from '../../../schema/strategies/assignment.ts';
import { type Timeframe, timeframeMs } from '../../../schema/timeframe.ts';
import type { Store } from '../../../store/open-store.ts';
import { sampleCandles } from '../../../strategy/checks/sample-candles.ts';
import { quiet, temporaryStore } from '../../support/services/database.ts';
import { strategyFolder, strategyText } from '../../workers/strategies/strategy-folder.ts';

const hour = 3_600_000;
const markets = createMarkets({ alignment: 'utc', pairsNeverClose: false });
const own = 'a market of the server’s own making';
const unread = `${own} (stored candles could not be read within 500 ms)`;
const tooFew = `${own} (too few whole candles are stored of what it is assigned to)`;

let store: Store;
let dispose: () => Promise<void>;
beforeAll(async () => {
  ({ store, dispose } = await temporaryStore());
});
afterAll(() => dispose());

interface Kept {
  readonly timeframe?: Timeframe;
  readonly bars?: number;
  /** The price about which they move. @default 1.1 */
  readonly price?: number;
  readonly changed?: (candle: Candle, index: number) => Candle | null;
}

/** Stores candles of a symbol, in the hours of its market alone; `changed` makes another of one, or none. */
async function keep(
  symbol: string,
  { timeframe = '1h', bars = 300, price = 1.1, changed = (c) => c }: Kept = {},
) {
  const sample = sampleCandles(bars, timeframeMs[timeframe]);
  const { openMillis } = markets.of(symbol);
  const grid = markets.gridOf(symbol, timeframe);
  const priceOf = (column: Float64Array, i: number): number => (column[i]! * price) / 100;
  const candles: Candle[] = [];
  let closeTime = grid.openOf(sample.time[0]!);
  while (candles.length < bars) {
    const i = candles.length;
    const openTime = closeTime;
    closeTime = grid.closeOf(openTime);
    if (openMillis(openTime, closeTime) === 0) continue;
    candles.push({
      symbol,
      timeframe,
      openTime,
      closeTime,
      open: priceOf(sample.open, i),
      high: priceOf(sample.high, i),
      low: priceOf(sample.low, i),
      close: priceOf(sample.close, i),
      volume: 1,
      volumeKind: 'ticks',
      ticks: 1,
      complete: true,
      source: 'ticks',
      lateTicks: 0,
      longestSilenceMs: 0,
      revision: 0,
    });
  }
  await store.candles.save(candles.flatMap((candle, i) => changed(candle, i) ?? []));
  return candles;
}

/** The strategies of a process that are assigned as its operator has written. */
async function opened(
  files: Readonly<Record<string, string>>,
  assigned: readonly Partial<Record<keyof AssignmentEntry, unknown>>[],
  {
    candles = store.candles,
    // However busy the machine is.
    patienceMs = 120_000,
  }: { candles?: Pick<Store['candles'], 'latest' | 'emptyIn'>; patienceMs?: number } = {},
) {
  const { dir, save } = await strategyFolder(files);
  const assignments = assigned.map((one, i) =>
    AssignmentEntry.parse({
      id: `a-${i}`,
      strategy: 'it',
      symbols: ['*'],
      timeframes: ['*'],
      mode: 'shadow',
      ...one,
    }),
  );
  const config = { ...parseConfig({ TWELVEDATA_API_KEY: 'a-key', STRATEGIES_DIR: dir }), assignments };
  const metrics = createMetrics(createAchieved());
  const strategies = openOwnStrategies({ config, log: quiet, metrics, markets, candles, patienceMs });
  onTestFinished(() => strategies.close());
  const changed = async (text: string) => {
    const change = firstValueFrom(strategies.changes);
    await save('it.ts', text);
    return change;
  };
  return {
    changed,
    resolve: () => strategies.resolve('it'),
    /** What was found of one that passes. */
    checked: async () => {
      const change = firstValueFrom(strategies.changes);
      const found = await strategies.resolve('it');
      if ('error' in found) throw new Error(found.error);
      return (await change).checkedOn;
    },
    says: async () =>
      (await strategies.list()).find(({ name }) => name === 'it')!.checks!.findings[0]!.message,
  };
}

const buyWith = (stop: string, more = ''): string =>
  strategyText(`return { action: 'BUY', stop: ${stop}, reason: 'Yes.' };`, '', more);
const fiftyBelow = buyWith('own.close.at(-1)! - 50');
const onePercentBelow = buyWith('own.close.at(-1)! * 0.99');
/** A rule that is right about a history without holes alone. */
const strict = strategyText(
  `own.time.forEach((at, i) => { if (i > 0 && at - own.time[i - 1]! !== ${hour}) throw new Error('a hole'); });
   return { action: 'WAIT', reason: 'No.' };`,
);

describe('the check at load', () => {
  it('refuses what is wrong on the candles that are stored of its assignment, and what ran before goes on', async () => {
    await keep('EURUSD');
    const assigned = [{ symbols: ['EUR/USD'], timeframes: ['1h'] }];
    const { checked, changed, resolve, says } = await opened({ 'it.ts': onePercentBelow }, assigned);
    expect(await checked()).toBe('stored candles of EURUSD 1h');
    expect(await says()).toBe('24 decisions on stored candles of EURUSD 1h, an answer each');
    const before = await resolve();

    const { error } = await changed(fiftyBelow);
    expect(error).toMatch(
      /^it: the decision on candle \d+ failed \(wrong\): .*, checked on stored candles of EURUSD 1h$/,
    );
    expect(await resolve()).toEqual(before);
    expect(await says()).toContain('stored candles of EURUSD 1h');

    // At a start it may be what ran before: it goes on, and what is wrong is said.
    const anew = await opened({ 'it.ts': fiftyBelow }, assigned);
    expect(await anew.checked()).toMatch(
      /^a market of the server’s own making \(the decision on candle \d+ failed \(wrong\): .*, checked on stored candles of EURUSD 1h\)$/,
    );
    expect((await anew.changed(buyWith('own.close.at(-1)! - 51'))).error).toContain('EURUSD 1h');
  });

  it('is on a market of our own making where no candles are stored, or nothing assigns it', async () => {
    const elsewhere = await opened({ 'it.ts': fiftyBelow }, [{ symbols: ['NONE'] }]);
    expect(await elsewhere.checked()).toBe(tooFew);
    expect(await elsewhere.says()).toBe(`24 decisions on ${tooFew}, an answer each`);
    const minutes = buyWith('own.close.at(-1)! * 0.99').replace('own: 250', `own: 250, '1min': 5`);
    const long = await opened({ 'it.ts': minutes }, [{ symbols: ['EUR/USD'], timeframes: ['1h'] }]);
    expect(await long.checked()).toBe(`${own} (its windows are of more than 6000 candles)`);
    const nowhere = await opened({ 'it.ts': fiftyBelow }, [{ strategy: 'regime' }]);
    expect(await nowhere.checked()).toBe(`${own} (it is assigned to nothing)`);
  });

  it.each<[string, NonNullable<Kept['changed']>]>([
    ['a hole', (candle, i) => (i === 280 ? null : candle)],
    ['an incomplete candle', (candle, i) => (i === 280 ? { ...candle, complete: false } : candle)],
    ['a break in the price', (candle, i) => (i < 200 ? candle : scaled(candle, 10))],
    ['no movement', (candle) => ({ ...candle, open: 1, high: 1, low: 1, close: 1 })],
  ])('takes no window with %s, but the next one that it is assigned to', async (what, changed) => {
    const broken = `${what.replaceAll(' ', '').toUpperCase()}/USD`;
    await keep(broken.replace('/', ''), { changed });
    const alone = await opened({ 'it.ts': strict }, [{ symbols: [broken], timeframes: ['1h'] }]);
    expect(await alone.checked()).toBe(tooFew);
    await keep('BTCUSD');
    const beside = await opened({ 'it.ts': strict }, [
      { symbols: [broken, 'BTC/USD'], timeframes: ['4h', '1h'] },
    ]);
    expect(await beside.checked()).toBe('stored candles of BTCUSD 1h');
  });

  it('misses neither what was closed nor what is known to hold no trade', async () => {
    const weekends = await keep('GBPUSD');
    expect(
      weekends.some(({ openTime }, i) => openTime - (weekends[i - 1]?.openTime ?? openTime) > 24 * hour),
    ).toBe(true);
    const pound = await opened({ 'it.ts': onePercentBelow }, [{ symbols: ['GBP/USD'], timeframes: ['1h'] }]);
    expect(await pound.checked()).toBe('stored candles of GBPUSD 1h');

    // Hours of an exchange count from its bell, half past.
    const hours = await keep('AAPL');
    expect(hours.every(({ openTime }) => openTime % hour === hour / 2)).toBe(true);
    const share = await opened({ 'it.ts': onePercentBelow }, [{ symbols: ['AAPL'], timeframes: ['1h'] }]);
    expect(await share.checked()).toBe('stored candles of AAPL 1h');

    const rare = await keep('LTCUSD', { changed: (candle, i) => (i % 50 === 3 ? null : candle) });
    const coin = await opened({ 'it.ts': onePercentBelow }, [{ symbols: ['LTC/USD'], timeframes: ['1h'] }]);
    expect(await coin.checked()).toBe(tooFew);
    const gone = rare.filter((_, i) => i % 50 === 3).map(({ openTime }) => openTime);
    await store.candles.saveEmpty('LTCUSD', '1h', gone);
    expect(await coin.changed(`${onePercentBelow}// Again.`)).toMatchObject({
      checkedOn: 'stored candles of LTCUSD 1h',
      error: null,
    });
  });

  it('folds the shortest timeframe that it needs, whole bars alone', async () => {
    // The last hour has begun only.
    await keep('ETHUSD', { timeframe: '15min', bars: 4 * 400 + 2 });
    const both = strategyText(
      `const four = frames['4h']; const quarter = frames['15min'];
       if (four.time.length !== 60 || quarter.time.length !== 8) throw new Error('too few');
       if (quarter.close.at(-1) !== own.close.at(-1) || quarter.closeTime !== own.closeTime) throw new Error('part of an hour');
       return { action: 'WAIT', reason: 'No.' };`,
    ).replace('own: 250', `own: 250, '4h': 60, '15min': 8`);
    const { checked } = await opened({ 'it.ts': both }, [{ symbols: ['ETH/USD'], timeframes: ['1h'] }]);
    expect(await checked()).toBe('stored candles of ETHUSD 1h');
  });

  it('has the parameters of the assignment, a live one’s first', async () => {
    await keep('EURUSD');
    const text = buyWith(
      'own.close.at(-1)! - params.below',
      'params: z.strictObject({ below: z.number().default(50) }),',
    );
    const euro = { symbols: ['EUR/USD'], timeframes: ['1h'] };
    const fitting = await opened({ 'it.ts': text }, [{ ...euro, params: { below: 0.01 } }]);
    expect(await fitting.checked()).toBe('stored candles of EURUSD 1h');
    const live = await opened({ 'it.ts': text }, [
      { ...euro, params: { below: 0.01 } },
      { ...euro, params: { below: 40 }, mode: 'live' },
    ]);
    expect(await live.checked()).toContain('checked on stored candles of EURUSD 1h');
    const unknown = await opened({ 'it.ts': text }, [{ ...euro, params: { above: 1 } }]);
    expect(await unknown.checked()).toBe(`${own} (it does not take the parameters of its assignment)`);
  });

  it('waits for no store that does not answer, nor fails with one that is away', async () => {
    await keep('EURUSD');
    const assigned = [{ symbols: ['EUR/USD'], timeframes: ['1h'] }];
    const other = new Client(store.connection);
    await other.connect();
    await other.query('begin; lock table candle in access exclusive mode');
    try {
      const { checked } = await opened({ 'it.ts': fiftyBelow }, assigned, { patienceMs: 500 });
      expect(await checked()).toBe(unread);
    } finally {
      await other.end();
    }
    // One that ends no question itself, as a lost network does.
    const mute = { ...store.candles, latest: () => new Promise<never>(() => {}) };
    const unheard = await opened({ 'it.ts': fiftyBelow }, assigned, { candles: mute, patienceMs: 500 });
    expect(await unheard.checked()).toBe(unread);

    const away = { ...store.candles, latest: () => Promise.reject(new Error('connect ECONNREFUSED')) };
    const without = await opened({ 'it.ts': fiftyBelow }, assigned, { candles: away, patienceMs: 500 });
    expect(await without.checked()).toBe(unread);
  });
});

const scaled = (candle: Candle, by: number): Candle => ({
  ...candle,
  open: candle.open * by,
  high: candle.high * by,
  low: candle.low * by,
  close: candle.close * by,
});

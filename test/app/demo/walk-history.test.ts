import { describe, expect, it } from 'vitest';
import { createMarkets } from '../../../app/markets.ts';
import { walkHistory, type WalkedHistory } from '../../../app/demo/walk-history.ts';
import { parseConfig } from '../../../config.ts';
import { analyse } from '../../../models/decision/analyse.ts';
import { seededMarket } from '../../../simulator/market/seeded-market.ts';
import { createInstruments } from '../../../streams/provider/instruments.ts';
import { createLog } from '../../../app/log.ts';
import { barsOf } from '../../../simulator/market/bars.ts';
import { noFaults } from '../../../simulator/faults.ts';

const now = Date.UTC(2026, 4, 13, 14, 37, 21);
const market = seededMarket({ seed: 1 });

/** A walk through some hours; `wait` lets the analyses end in another order than they began. */
function walk(
  settings: Record<string, string>,
  {
    mostAnalyses = 60,
    until = now,
    wait = () => Promise.resolve(),
    isLate = () => false,
  }: {
    mostAnalyses?: number;
    until?: number;
    wait?: (n: number) => Promise<void>;
    isLate?: (analyses: number) => boolean;
  } = {},
): Promise<WalkedHistory> {
  const instruments = createInstruments();
  let n = 0;
  return walkHistory(
    {
      config: parseConfig(settings),
      instruments,
      markets: createMarkets({ alignment: 'utc', pairsNeverClose: true, instrumentOf: instruments.of }),
      log: createLog({ level: 'silent', pretty: false, secrets: [] }),
    },
    {
      market,
      now: until,
      mostAnalyses,
      isLate: () => isLate(n),
      pool: {
        analyse: async (columns, options) => {
          await wait(n++);
          return analyse(columns, options);
        },
      },
    },
  );
}

const eventsOf = ({ causes }: WalkedHistory) => causes.flat();

describe('walkHistory', () => {
  const settings = { SYMBOLS: 'BTC/USD,XAU/USD', TIMEFRAMES: '1min,5min', RISK_MIN_SPACING_MIN: '0' };

  it('gives each symbol and timeframe the candles of the simulated market, up to the minute, none twice', async () => {
    const { candles, to, analyses } = await walk(settings);
    expect(to).toBe(Date.UTC(2026, 4, 13, 14, 37));
    expect(analyses).toBe(60);
    for (const symbol of ['BTCUSD', 'XAUUSD']) {
      for (const [timeframe, minutes] of [
        ['1min', 1],
        ['5min', 5],
      ] as const) {
        const own = candles.filter((one) => one.symbol === symbol && one.timeframe === timeframe);
        expect(own.length).toBeGreaterThan(270);
        const query = { symbol: symbol === 'BTCUSD' ? 'BTC/USD' : 'XAU/USD', minutes, limit: 250 };
        const theirs = barsOf(market, query, own.at(-1)!.closeTime, noFaults().rest);
        const last = own.slice(-250);
        expect(
          last.map(({ openTime, open, high, low, close }) => [openTime, open, high, low, close]),
        ).toEqual(theirs.map(({ openTime, open, high, low, close }) => [openTime, open, high, low, close]));
        expect(last.every(({ complete }) => complete)).toBe(true);
      }
    }
  });

  it('marks every decision and signal, posts none, and ends signals by prices after their close', async () => {
    const events = eventsOf(await walk(settings, { mostAnalyses: 400 }));
    const opened = events.flatMap((event) => (event.kind === 'opened' ? event.signal : []));
    const ends = new Map(
      events.flatMap((event) => (event.kind === 'resolved' ? [[event.id, event.outcome]] : [])),
    );
    expect(opened.length).toBeGreaterThan(5);
    for (const signal of opened) {
      expect(signal.lineage['simulated_history']).toBe(true);
      expect(signal.created_at).toBe(signal.close_time + 1_000);
      const end = ends.get(signal.id);
      if (end !== undefined) expect(end.resolved_at).toBeGreaterThan(signal.close_time);
    }
    expect(ends.size).toBeGreaterThan(3);
  });

  it('analyses no more once it takes too long, and still has every candle', async () => {
    const [whole, short] = [
      await walk(settings),
      await walk(settings, { isLate: (analyses) => analyses >= 20 }),
    ];
    expect(short.analyses).toBeLessThan(24);
    expect(short.analyses).toBeGreaterThanOrEqual(20);
    expect(short.candles).toEqual(whole.candles);
  });

  it('is the same whichever analysis is quicker', async () => {
    const slow = (n: number) => new Promise<void>((done) => setTimeout(done, n % 3 === 0 ? 4 : 0));
    const [one, other] = [await walk(settings), await walk(settings, { wait: slow })];
    expect(eventsOf(other)).toEqual(eventsOf(one));
    expect(other.candles).toEqual(one.candles);
  });

  it('does not see what comes later: a walk that ends earlier decides the same until then', async () => {
    const later = eventsOf(await walk({ ...settings, TIMEFRAMES: '5min' }, { mostAnalyses: 60 }));
    const until = now - 10 * 60_000;
    const earlier = eventsOf(await walk({ ...settings, TIMEFRAMES: '5min' }, { mostAnalyses: 60, until }));
    const scores = (events: typeof later) =>
      new Map(
        events.flatMap((event) =>
          event.kind === 'decided' && !event.changed
            ? [
                [
                  `${event.decision.symbol} ${event.decision.close_time}`,
                  event.decision.lineage['window_hash'],
                ],
              ]
            : [],
        ),
      );
    const [known, before] = [scores(later), scores(earlier)];
    const common = [...before.keys()].filter((key) => known.has(key));
    expect(common.length).toBeGreaterThan(40);
    for (const key of common) expect(known.get(key)).toBe(before.get(key));
  });

  it('walks an equity through the sessions that it has, and leaves out what the simulator does not list', async () => {
    const { candles } = await walk({ SYMBOLS: 'AAPL,NOSUCH', TIMEFRAMES: '5min' }, { mostAnalyses: 20 });
    const own = candles.filter(({ timeframe }) => timeframe === '5min');
    expect(own.length).toBeGreaterThan(200);
    expect(new Set(candles.map(({ symbol }) => symbol))).toEqual(new Set(['AAPL']));
  });

  it('begins no earlier than its candles, however many closes are to be analysed', async () => {
    const { from, to, candles, analyses } = await walk({ SYMBOLS: 'BTC/USD', TIMEFRAMES: '1day' });
    const longest = 30 * 86_400_000;
    expect([from, analyses]).toEqual([to - longest, 0]);
    expect(candles.filter(({ timeframe }) => timeframe === '1day').length).toBeGreaterThan(28);
    expect(await walk({ SYMBOLS: 'NOSUCH' })).toMatchObject({ from: to, to, candles: [], causes: [] });
  });
});

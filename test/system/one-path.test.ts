import { join } from 'node:path';
import { lastValueFrom, toArray } from 'rxjs';
import { describe, expect, it } from 'vitest';
import { createMarkets } from '../../app/markets.ts';
import { type WalkedRecording, walkRecording } from '../../app/walk/walk-recording.ts';
import { parseConfig } from '../../config.ts';
import { analyse } from '../../models/decision/analyse.ts';
import type { Signal } from '../../schema/signal.ts';
import type { Timeframe } from '../../schema/timeframe.ts';
import { createInstruments } from '../../streams/provider/instruments.ts';
import { type Replayed, replay } from '../../streams/recording/replay.ts';
import { simulatorEnvironment } from '../support/simulator-environment.ts';
import { until } from '../support/until.ts';
import { allSignals, createWorld, sleep } from '../support/world.ts';

const minute = 60_000;
const settings = {
  CLOCK: 'feed',
  SYMBOLS: 'BTC/USD,ETH/USD,SOL/USD',
  TIMEFRAMES: '1min,5min',
  HISTORY_SIZE: '300',
  SPREAD_BPS: '0.2',
  RISK_MAX_PER_HOUR: '0',
  RISK_MAX_PER_DAY: '0',
  RISK_MIN_SPACING_MIN: '0',
};

/** What must be the same of a signal, to the last bit. */
const resultOf = ({ signal, levels }: { signal: Signal; levels: Signal['outcome'] }) => ({
  id: signal.id,
  side: signal.signal_type,
  prices: [signal.entry, signal.tp, signal.sl],
  confidence: signal.confidence,
  learned: signal.learning_stats.calibration_count,
  hash: signal.lineage['result_hash'],
  expires: signal.expires_at,
  outcome: signal.outcome,
  levels,
});

/** How long minutes are waited for. */
const patience = 10 * minute;

/** Signals that have ended. */
const enough = 6;
/** How long their coming is waited for, ms: two hours of the market. */
const mostMs = 120_000;

interface Stopped {
  readonly symbol: string;
  readonly timeframe: Timeframe;
  /** Begin of the minute in which the server was stopped, Unix ms. */
  readonly from: number;
  readonly signals: readonly Signal[];
}

/** Were all minutes from the stop to the start known before they were given up, or a signal was made without them? `lines`: from that start on. */
function isKnown(lines: readonly Replayed[], { symbol, timeframe, from, signals }: Stopped): boolean {
  const events = lines.flatMap((line) =>
    'kind' in line && 'symbol' in line && line.symbol === symbol ? line : [],
  );
  const started = events.find(({ kind }) => kind === 'started')?.at ?? Infinity;
  const made = signals.filter((one) => one.symbol === symbol && one.created_at >= started);
  const until = Math.min(started + patience, ...made.map(({ created_at }) => created_at));
  const spans = events.flatMap((line): [number, number][] => {
    if (line.at >= until) return [];
    if (line.kind === 'minutes') return [[line.from, line.to]];
    if (line.kind !== 'backfilled' || line.timeframe !== timeframe) return [];
    return line.candles.map(({ openTime, closeTime }) => [openTime, closeTime]);
  });
  const inOrder = spans.toSorted(([a], [b]) => a - b);
  return inOrder.reduce((to, [a, b]) => (a <= to && b > to ? b : to), from) > started;
}

describe('a recording of a running server', () => {
  it(
    'gives the same signals, ends, excursions and confidence in a walk, over a restart and without one',
    { timeout: 600_000 },
    async () => {
      const world = await createWorld({ ...settings, RECORD_TICKS: 'true' }, { speed: 60 });
      const { simulator, folder } = world;
      try {
        const later = (minutes: number) => {
          const to = simulator.now() + minutes * minute;
          return until(() => simulator.now() >= to, 120_000);
        };
        const isOpen = ({ status }: { readonly status: string }) => status === 'open';
        await world.start();
        await later(45);
        // A quiet hour has few of them.
        await until(async () => (await allSignals(world.server)).some(isOpen), mostMs);
        expect(await world.server.stop()).toBe(0);
        const away = simulator.now();
        const server = await world.start();
        await later(45);
        await until(
          async () => (await allSignals(server)).filter((one) => !isOpen(one)).length >= enough,
          mostMs,
        );
        // Time stands still from now on; what is under way comes to its end.
        simulator.faults.socket.silent = true;
        let before = '';
        await until(async () => {
          await sleep(1_500);
          const now = JSON.stringify(await allSignals(server));
          return now === before || void (before = now);
        });
        const stored = JSON.parse(before) as Signal[];
        expect(await server.stop()).toBe(0);

        const config = parseConfig({ ...simulatorEnvironment(simulator), ...settings });
        const instruments = createInstruments();
        const markets = createMarkets({
          alignment: 'utc',
          pairsNeverClose: false,
          instrumentOf: instruments.of,
        });
        const recorded$ = replay({ folder: join(folder.path, 'ticks') });
        const walked = (restarts: boolean) =>
          walkRecording({ config, markets, instruments }, recorded$, {
            pool: { analyse: async (columns, options) => analyse(columns, options) },
            restarts,
          });
        const live = stored.map((signal) =>
          resultOf({
            signal,
            levels: signal.levels_outcome ?? (signal.status === 'reversed' ? null : signal.outcome),
          }),
        );
        const byId = <T extends { id: string }>(all: readonly T[]) =>
          all.toSorted((a, b) => (a.id < b.id ? -1 : 1));
        const resultsOf = (symbols: WalkedRecording['symbols']) =>
          byId([...symbols.values()].flatMap((one) => one.signals().map(resultOf)));
        expect(live.filter(({ outcome }) => outcome !== null).length).toBeGreaterThanOrEqual(enough);
        const wereOpen = stored.filter(
          ({ close_time, outcome }) => close_time < away && (outcome?.resolved_at ?? Infinity) > away,
        );
        expect(wereOpen.length).toBeGreaterThan(0);
        const { symbols, decided, missed } = await walked(true);
        expect(resultsOf(symbols)).toEqual(byId(live));
        expect(decided).toBeGreaterThan(200);
        expect(missed).toBe(0);
        const lines = await lastValueFrom(recorded$.pipe(toArray()));
        const again = lines.slice(lines.findLastIndex((line) => 'kind' in line && line.kind === 'start'));
        const stopped = lines.flatMap((line) =>
          'kind' in line && line.kind === 'stopped' ? line.at : [],
        )[0]!;
        const from = Math.floor((stopped - config.CANDLE_GRACE_MS) / minute) * minute;
        const isInTime = [...symbols.keys()].every((symbol) =>
          config.TIMEFRAMES.every((timeframe) =>
            isKnown(again, { symbol, timeframe, from, signals: stored }),
          ),
        );
        // What a restart restores is what a server that was never away has in mind: of the minutes that it missed both know the bars alone. But
        // where those come later than they are needed, as on a busy machine, such a server still knows what it had heard of them. Then what was
        // over before is the same, and no more.
        const isCompared = ({ outcome, levels }: ReturnType<typeof resultOf>) =>
          isInTime || [outcome, levels].every((end) => end !== null && end.resolved_at < from);
        const compared = new Set(live.filter(isCompared).map(({ id }) => id));
        const through = resultsOf((await walked(false)).symbols).filter(
          ({ id }) => isInTime || compared.has(id),
        );
        expect(through).toEqual(byId(live).filter(({ id }) => compared.has(id)));
      } finally {
        await world.dispose();
      }
    },
  );
});

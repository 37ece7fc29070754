import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { createMarkets } from '../../app/markets.ts';
import { type WalkedRecording, walkRecording } from '../../app/walk/walk-recording.ts';
import { parseConfig } from '../../config.ts';
import { analyse } from '../../models/decision/analyse.ts';
import type { Signal } from '../../schema/signal.ts';
import { createInstruments } from '../../streams/provider/instruments.ts';
import { replay } from '../../streams/recording/replay.ts';
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

const withoutExcursions = (outcome: Signal['outcome']) => outcome && { ...outcome, mfe: null, mae: null };

/** A result whose excursions may differ. */
const bare = (result: ReturnType<typeof resultOf>) => ({
  ...result,
  outcome: withoutExcursions(result.outcome),
  levels: withoutExcursions(result.levels),
});

describe('a recording of a running server', () => {
  it('gives the same signals, ends, excursions and confidence in a walk, over a restart and without one', async () => {
    const world = await createWorld({ ...settings, RECORD_TICKS: 'true' }, { speed: 60 });
    const { simulator, folder } = world;
    try {
      const later = (minutes: number) => {
        const to = simulator.now() + minutes * minute;
        return until(() => simulator.now() >= to, 120_000);
      };
      await world.start();
      await later(45);
      expect(await world.server.stop()).toBe(0);
      const away = simulator.now();
      const server = await world.start();
      const back = simulator.now();
      await later(45);
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
      const walked = (restarts: boolean) =>
        walkRecording({ config, markets, instruments }, replay({ folder: join(folder.path, 'ticks') }), {
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
      expect(live.length).toBeGreaterThan(6);
      expect(live.filter(({ outcome }) => outcome !== null).length).toBeGreaterThan(5);
      const wereOpen = stored.filter(
        ({ close_time, outcome }) => close_time < away && (outcome?.resolved_at ?? Infinity) > away,
      );
      expect(wereOpen.length).toBeGreaterThan(0);
      const { symbols, decided, missed } = await walked(true);
      expect(resultsOf(symbols)).toEqual(byId(live));
      expect(decided).toBeGreaterThan(200);
      expect(missed).toBe(0);
      // What a restart restores is what a server that was never away has in mind: of the minutes that it missed both know the bars alone. But
      // where those come later than they are waited for, as on a busy machine, such a server still knows what it had heard of them.
      const through = await walked(false);
      const patience = 15 * minute;
      const isOver = ({ close_time, outcome }: Signal) =>
        (outcome?.resolved_at ?? Infinity) < away - patience || close_time > back + patience;
      const exact = new Set(stored.filter(isOver).map(({ id }) => id));
      const comparable = (all: readonly ReturnType<typeof resultOf>[]) =>
        byId(all).map((one) => (exact.has(one.id) ? one : bare(one)));
      expect(comparable(resultsOf(through.symbols))).toEqual(comparable(live));
      expect(exact.size).toBeGreaterThan(0);
    } finally {
      await world.dispose();
    }
  });
});

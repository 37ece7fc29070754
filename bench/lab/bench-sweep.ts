import { runSweep } from '../../cli/backtest/sweep/run-sweep.ts';
import { settingsOf } from '../../cli/backtest/sweep/settings-of.ts';
import type { SpacedCandles } from '../../cli/candles/spaced-candles.ts';
import { simulatedCandles } from '../simulated-candles.ts';
import { loadBracket } from './bracket-strategy.ts';
import { timed } from './timed.ts';

const hour = 3_600_000;

/** A thousand settings on a year of hours. closes: that are decided on. */
export async function benchSweep(closes: number, threads: number): Promise<void> {
  const candles = simulatedCandles(closes + 249);
  const minutes: SpacedCandles = { ...candles, time: candles.time.map((at) => 60 * at), spacingMs: hour };
  const loaded = await loadBracket();
  try {
    const settings = await settingsOf({ loaded }, {});
    const { result, ms, cpuMs } = await timed(() =>
      runSweep({
        market: { minutes, symbol: 'BTCUSD', timeframe: '1h' },
        strategy: { loaded },
        settings,
        analyse: { costBps: 1, minReward: 1, seed: 1 },
        threads,
      }),
    );
    const signals = result.rows.reduce((sum, { n }) => sum + n, 0);
    console.log(
      `sweep of ${settings.length} settings on ${result.closes} closes: ${(ms / 1000).toFixed(1)} s, ${signals} signals; processor of the desks ${(cpuMs / 1000).toFixed(1)} s, ${threads} threads decide beside them`,
    );
  } finally {
    await loaded.close();
  }
}

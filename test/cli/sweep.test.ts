import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { simulatedCandles } from '../../bench/simulated-candles.ts';
import { runBacktest } from '../../cli/backtest/run-backtest.ts';
import { printSweep } from '../../cli/backtest/sweep/print-sweep.ts';
import { runSweep } from '../../cli/backtest/sweep/run-sweep.ts';
import { settingsOf } from '../../cli/backtest/sweep/settings-of.ts';
import type { SpacedCandles } from '../../cli/candles/spaced-candles.ts';
import { loadStrategy } from '../../workers/strategies/load-strategy.ts';
import { strategyFolder, strategyText } from '../workers/strategies/strategy-folder.ts';

const limits = { decisionMs: 1000, loadMs: 20_000, memoryMb: 128 };
/** Takes what it is given apart, as it may, and goes by averages that all settings ask for. */
const text = strategyText(
  `const { sma, crossed, atr, highest } = tools;
    const way = crossed((ago) => sma(own.close, params.fast, ago), (ago) => sma(own.close, params.slow, ago));
    const range = atr(own, 14) + 0 * highest(own.high, params.fast);
    const last = own.close.at(-1);
    if (way === null && random() < 0.9) return { action: 'WAIT', reason: 'No cross.' };
    own.close.fill(1);
    own.high.reverse();
    if (sma(own.close, params.fast) !== 1) throw new Error('an average of other candles');
    if (params.fast === 9 && own.closeTime % 36_000_000 === 0) throw new Error('a nine');
    const side = way === 'up' ? 1 : -1;
    const stop = params.fast === 4 ? undefined : last - side * 2 * range;
    return { action: side === 1 ? 'BUY' : 'SELL', stop, horizonBars: params.slow, reason: 'Crossed.' };`,
  '',
  `params: z.strictObject({ fast: z.int().default(4), slow: z.int().default(12), odd: z.boolean().default(true) }),
  search: { fast: [4, 6, 9], slow: [12, 20] },`,
).replace('own: 250', "own: 255, '4h': 20");

describe('a sweep', () => {
  it('gives each setting what a backtest of it alone gives, to the last bit', async () => {
    const { dir } = await strategyFolder({ 'it.ts': text });
    const loaded = await loadStrategy({ name: 'it', path: join(dir, 'it.ts') }, limits);
    onTestFinished(() => loaded.close());
    const minutes: SpacedCandles = { ...simulatedCandles(60 * 420), spacingMs: 60_000 };
    const market = { minutes, symbol: 'BTCUSD', timeframe: '1h' } as const;
    const settings = await settingsOf({ loaded }, { odd: false });
    expect(settings.map(({ params }) => params)).toEqual(
      [4, 6, 9].flatMap((fast) => [12, 20].map((slow) => ({ fast, slow, odd: false }))),
    );
    const analyse = { costBps: 1, minReward: 1, seed: 1 };
    const report = await runSweep({ market, strategy: { loaded }, settings, analyse, threads: 2 });
    expect(report).toMatchObject({ trials: 6, closes: 420 - 254 });
    expect(report.faults.n).toBeGreaterThan(0);
    expect(report.faults.first).toBe('a nine');
    for (const i of [0, 3, 4]) {
      const { report: alone } = await runBacktest({
        ...market,
        analyse,
        threads: 1,
        strategy: { loaded, asked: settings[i]! },
      });
      const { n, expectancyR, expectancyError, observed } = alone.signals;
      expect(n).toBeGreaterThan(5);
      expect(report.rows[i]).toEqual({
        params: settings[i]!.params,
        version: settings[i]!.version,
        n,
        expectancyR,
        expectancyError,
        tp: observed,
      });
    }
    const printed = printSweep('title', report);
    expect(printed).toContain('it: 6 settings, each a trial');
    expect(printed.match(/"fast":/g)).toHaveLength(6);
  });

  it('says that there is nothing to search, and which combination is none', async () => {
    const { dir } = await strategyFolder({ 'it.ts': text });
    const loaded = await loadStrategy({ name: 'it', path: join(dir, 'it.ts') }, limits);
    onTestFinished(() => loaded.close());
    await expect(settingsOf({ loaded }, { fast: 4, slow: 12 })).rejects.toThrow('nothing in its search');
    await expect(settingsOf({ loaded }, { fast: 'x' })).rejects.toThrow(/"fast":"x","slow":12/);
  });
});

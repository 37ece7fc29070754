import { foldFile } from '../../cli/backtest/file/fold-file.ts';
import { playSignals } from '../../cli/backtest/play-signals.ts';
import { walkForward } from '../../cli/backtest/walk-forward.ts';
import type { SpacedCandles } from '../../cli/candles/spaced-candles.ts';
import { type Timeframe, timeframeMs } from '../../schema/timeframe.ts';
import { simulatedCandles } from '../simulated-candles.ts';
import { timed } from './timed.ts';

const symbol = 'BTCUSD';
const options = { seed: 1, costBps: 1 };

/** What minutes cost on their way through candle windows, gates, desk and books, without the fits: one window's analysis stands for all, called every sixth close. */
export async function walkMinutes(count: number, timeframe: Timeframe): Promise<Record<string, number>> {
  const minutes: SpacedCandles = { ...simulatedCandles(count), spacingMs: 60_000 };
  const market = { minutes, symbol, timeframe };
  const folding = await timed(() => foldFile(market));
  const { candles } = folding.result;
  const [sample] = (
    await walkForward(simulatedCandles(250), { ...options, scoreQuantile: 0 }, 1, timeframeMs[timeframe])
  ).values();
  const analyses = Array.from({ length: candles.close.length - 249 }, (_, i) => {
    const entry = candles.close[249 + i]!;
    const side = Math.floor(i / 6) % 2 === 0 ? 1 : -1;
    const called = i % 6 === 0;
    return {
      ...sample!,
      entry,
      direction: called ? (side > 0 ? ('BUY' as const) : ('SELL' as const)) : ('WAIT' as const),
      tp: called ? entry * (1 + side * 0.015) : null,
      sl: called ? entry * (1 - side * 0.01) : null,
    };
  });
  const readings = { signals: { gates: null } };
  const play = { market, folded: folding.result, analyses, options, readings };
  const playing = await timed(() => playSignals(play));
  return {
    closes: candles.close.length,
    signals: playing.result.signals.signals.length,
    'fold ms': Math.round(folding.ms),
    'play ms': Math.round(playing.ms),
    'processor ms': Math.round(folding.cpuMs + playing.cpuMs),
  };
}

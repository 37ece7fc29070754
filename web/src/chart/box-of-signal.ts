import type { Signal } from '../../../schema/signal.ts';
import { timeframeSeconds } from '../format/timeframe.ts';
import { formatR } from '../format/price.ts';
import { statusWords, toneOf } from '../format/words.ts';
import { indexAt } from './bar-index.ts';
import { thin, type ChartColours } from './chart-colours.ts';
import type { SignalBox } from './signal-box.ts';
import { barTimeOf } from './signal-markers.ts';

/**
 * The box of a signal on these bars, `times` being their opens in Unix seconds; null where the bars do not reach back to its entry, or it
 * has no levels.
 */
export function boxOfSignal(
  signal: Signal | undefined,
  times: readonly number[],
  colours: ChartColours,
): SignalBox | null {
  if (signal === undefined || signal.tp === null || signal.sl === null || times.length === 0) return null;
  const { entry, tp, sl, outcome, timeframe } = signal;
  const start = indexAt(times, barTimeOf(signal));
  if (start < 0) return null;
  const last = times.length - 1;
  const tints = { tp: thin(colours.up, 0.16), sl: thin(colours.down, 0.16) };
  const box = {
    start,
    entry,
    tp,
    sl,
    colours: { tp: colours.up, sl: colours.down, entry: colours.amber },
    fills: tints,
    font: `11px ${colours.face}`,
  };
  if (outcome === null) {
    const ahead = (signal.expires_at / 1000 - times[last]!) / timeframeSeconds[timeframe];
    return { ...box, end: last, horizon: Math.max(last, last + Math.round(ahead) - 1) };
  }
  const byTone = { open: colours.amber, won: colours.up, lost: colours.down, even: colours.faint };
  const words = [statusWords[outcome.status], ...(outcome.r === null ? [] : [formatR(outcome.r)])].join(' ');
  return {
    ...box,
    end: Math.max(start, indexAt(times, outcome.resolved_at / 1000)),
    exit: { price: outcome.exit_price, text: words, colour: byTone[toneOf(signal)] },
  };
}

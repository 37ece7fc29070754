import type { SeriesMarker, UTCTimestamp } from 'lightweight-charts';
import type { Signal } from '../../../schema/signal.ts';
import { timeframeSeconds } from '../format/timeframe.ts';
import { isApart, whoseWords } from '../format/whose.ts';
import { toneOf } from '../format/words.ts';
import type { ChartColours } from './chart-colours.ts';

/** Open of the bar whose close made the signal, Unix seconds. */
export const barTimeOf = (signal: Pick<Signal, 'close_time' | 'timeframe'>): number =>
  Math.round(signal.close_time / 1000) - timeframeSeconds[signal.timeframe];

/**
 * An arrow for each BUY and SELL at the bar that made it, coloured by how it ended. A signal older than the first bar has
 * no place; the chart would draw it at the edge, so it is left out. What no follower has, a shadow or one on paper, is a small circle.
 */
export function signalMarkers(
  signals: readonly Signal[],
  times: ReadonlySet<number>,
  selectedId: string | null,
  colours: ChartColours,
): SeriesMarker<UTCTimestamp>[] {
  const byTone = { open: colours.amber, won: colours.up, lost: colours.down, even: colours.faint };
  return signals
    .filter((signal) => signal.signal_type !== 'WAIT' && times.has(barTimeOf(signal)))
    .sort((a, b) => a.close_time - b.close_time)
    .map((signal) => ({
      id: signal.id,
      time: barTimeOf(signal) as UTCTimestamp,
      position: signal.signal_type === 'BUY' ? 'belowBar' : 'aboveBar',
      shape: isApart(signal) ? 'circle' : signal.signal_type === 'BUY' ? 'arrowUp' : 'arrowDown',
      color: byTone[toneOf(signal)],
      size: (signal.id === selectedId ? 2 : 1) * (isApart(signal) ? 0.5 : 1),
      text:
        signal.id === selectedId
          ? [signal.signal_type, whoseWords(signal)].filter((word) => word !== null).join(' ')
          : '',
    }));
}

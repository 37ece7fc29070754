import { fitHmm } from '../../../models/hmm/baum-welch.ts';
import { features } from '../../../models/hmm/features.ts';
import { smoothStates } from '../../../models/hmm/hmm.ts';
import { orderStates } from '../../../models/hmm/order-states.ts';
import type { CandleColumns } from '../../../models/candle-columns.ts';
import { AHEAD, byFuture, walkOf, WINDOW } from './walk-of.ts';

/** Of the kind that slips into research code: the state of a bar by smoothed probability in a window that runs on past it. */
export default walkOf((view) => {
  const from = view.close.byteOffset / 8;
  const whole = (column: Float64Array) => new Float64Array(column.buffer);
  const to = Math.min(whole(view.close).length, from + WINDOW + AHEAD);
  const cut = (column: Float64Array) => whole(column).subarray(from, to);
  const { time, open, high, low, close, volume, volumeKind } = view;
  const window: CandleColumns = {
    time: cut(time),
    open: cut(open),
    high: cut(high),
    low: cut(low),
    close: cut(close),
    volume: cut(volume),
    volumeKind,
  };
  const observations = features(window).observations();
  const hmm = orderStates(fitHmm(observations, { states: 3, dimensions: 2, restarts: 2 }).hmm);
  const { probabilities } = smoothStates(hmm, observations);
  const row = probabilities.length - 3 * (1 + to - from - WINDOW);
  return byFuture(view, view.close.at(-1)! + probabilities[row + 2]! - probabilities[row]!);
});

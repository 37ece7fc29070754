import type { Signal } from '../../../schema/signal.ts';
import { barTimeOf } from '../chart/signal-markers.ts';
import { timeframeSeconds } from '../format/timeframe.ts';
import { chartData } from '../state/chart/candles.ts';
import { linkedRange, seenRange, wantedRange, type TimeRange } from '../state/chart/chart-view.ts';
import { notify } from '../state/notices.ts';
import { selection } from '../state/selection.ts';
import { signals } from '../state/signals.ts';
import { reachBack } from './load-older.ts';

/** Moves the chart to what a link asks for, and to each signal that is chosen, once its candles are there. Returns what ends it. */
export function moveChart(): () => void {
  let shown: string | null = null;
  const check = () => {
    const { symbol, timeframe, signalId } = selection.get();
    if (signalId === null) shown = null;
    const data = chartData.get();
    if (data?.state !== 'ready' || data.bars.length === 0) return;
    if (data.symbol !== symbol || data.timeframe !== timeframe) return;
    const range = linkedRange.get();
    if (range !== null) {
      shown = signalId;
      linkedRange.set(null);
      void showLinked(range);
      return;
    }
    if (signalId === null || shown === signalId) return;
    const signal = signals.get().byId.get(signalId);
    if (signal?.symbol !== symbol || signal.timeframe !== timeframe) return;
    shown = signalId;
    void goTo(signal);
  };
  const stops = [selection, signals, chartData].map((store) => store.subscribe(check));
  return () => stops.forEach((stop) => stop());
}

/** Shows the range of a link, or what there is of it. */
async function showLinked(range: TimeRange): Promise<void> {
  seenRange.set(range);
  const { symbol, timeframe } = selection.get();
  const isThere = await reachBack(range.from);
  const now = selection.get();
  if (now.symbol !== symbol || now.timeframe !== timeframe) return;
  if (!isThere) sayTooOld('the range of this link');
  wantedRange.set(range);
}

function sayTooOld(what: string): void {
  const reason = chartData.get()?.olderReason;
  notify({
    tone: 'calm',
    title: `The chart does not reach back to ${what}`,
    body: `Its candles could not be loaded${reason === undefined ? '' : `: ${reason}`}.`,
    signalId: null,
  });
}

/** Shows a signal's whole life with something on either side, older candles loaded where they are needed. */
async function goTo(signal: Signal): Promise<void> {
  const seconds = timeframeSeconds[signal.timeframe];
  const entry = barTimeOf(signal);
  const end = (signal.outcome?.resolved_at ?? signal.expires_at) / 1000;
  const isThere = await reachBack(entry);
  if (selection.get().signalId !== signal.id) return;
  if (!isThere) {
    sayTooOld('this signal');
    return;
  }
  const margin = Math.max(30 * seconds, (end - entry) * 0.6);
  wantedRange.set({ from: entry - margin, to: end + margin });
}

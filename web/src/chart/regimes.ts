import type { Decision, Signal } from '../../../schema/signal.ts';
import { barTimeOf } from './signal-markers.ts';

/** A run of bars of one regime. Times: opens of its first and last bar, Unix seconds. */
export interface RegimeSpan {
  readonly from: number;
  readonly to: number;
  readonly state: string;
}

/**
 * The known regimes of the bars, as runs. A decision gives the regime of its own bar and, where the server sends it
 * (`regime.recent`), of the bars before it. Bars without a decision have no regime; a run never crosses them.
 */
export function regimeSpans(
  times: readonly number[],
  decisions: readonly (Signal | Decision)[],
): readonly RegimeSpan[] {
  const states = statesByTime(times, decisions);
  const spans: { from: number; to: number; state: string }[] = [];
  let before: string | undefined;
  for (const time of times) {
    const state = states.get(time);
    const last = spans.at(-1);
    if (state !== undefined && last !== undefined && state === before) last.to = time;
    else if (state !== undefined) spans.push({ from: time, to: time, state });
    before = state;
  }
  return spans;
}

function statesByTime(
  times: readonly number[],
  decisions: readonly (Signal | Decision)[],
): Map<number, string> {
  const states = new Map<number, string>();
  // Oldest first, so that what was judged later, with more behind it, stands.
  for (const decision of [...decisions].sort((a, b) => a.close_time - b.close_time)) {
    const time = barTimeOf(decision);
    states.set(time, decision.regime.state);
    const recent = decision.regime.recent ?? [];
    const end = times.lastIndexOf(time);
    if (end < 0) continue;
    let at = end;
    for (const run of recent.toReversed()) {
      for (const bar of times.slice(Math.max(0, at - run.bars + 1), at + 1)) states.set(bar, run.state);
      at -= run.bars;
      if (at < 0) break;
    }
  }
  return states;
}

/** The direction of a regime, by its name: the server's names are free text, the page has three colours. */
export function leanOf(state: string): 'up' | 'down' | 'calm' {
  if (/bull|up|rise|rising/i.test(state)) return 'up';
  return /bear|down|fall/i.test(state) ? 'down' : 'calm';
}

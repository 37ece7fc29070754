import type { Decision, Outcome, Signal } from '../../../schema/signal.ts';
import type { SignalFrame } from '../../../schema/wire.ts';
import { createStore } from './create-store.ts';

/** Issued signals by id, newest first, and the latest state of each symbol and timeframe: BUY, SELL or WAIT. */
export interface Signals {
  readonly state: 'loading' | 'ready' | 'failed';
  readonly byId: ReadonlyMap<string, Signal>;
  readonly last: ReadonlyMap<string, Signal | Decision>;
  /** Cursor of the page of older signals; null when there is none. */
  readonly next: string | null;
  /** The signal that was opened last stays on the page, however old; null before the first. */
  readonly opened: string | null;
}

export const signals = createStore<Signals>({
  state: 'loading',
  byId: new Map(),
  last: new Map(),
  next: null,
  opened: null,
});

/** The oldest beyond this many leave the page, except for the opened one; the server keeps them all. */
const mostSignals = 1000;

export const keyOf = (symbol: string, timeframe: string): string => `${symbol} ${timeframe}`;

export const isIssued = (signal: Signal | Decision): signal is Signal => 'id' in signal;

/** Adds or replaces signals. */
export function withSignals(now: Signals, more: readonly Signal[]): Signals {
  const all = new Map(now.byId);
  for (const signal of more) all.set(signal.id, signal);
  const sorted = [...all.values()].sort((a, b) => b.created_at - a.created_at || b.id.localeCompare(a.id));
  const kept = sorted.filter(({ id }, i) => i < mostSignals || id === now.opened);
  return { ...now, byId: new Map(kept.map((signal) => [signal.id, signal])) };
}

/** Applies a signal frame: the latest state of its symbol and timeframe, and the signal itself if it is one. */
export function withFrame(now: Signals, frame: SignalFrame): Signals {
  const key = keyOf(frame.symbol, frame.timeframe);
  const known = now.last.get(key);
  if (known !== undefined && known.close_time > frame.signal.close_time) return now;
  // What waits says nothing of what another assignment has open there.
  const isOthers = known !== undefined && (known.assignment ?? 'regime') !== (frame.assignment ?? 'regime');
  if (isOthers && isIssued(known) && known.status === 'open' && !isIssued(frame.signal)) return now;
  const next = { ...now, last: new Map(now.last).set(key, frame.signal) };
  return isIssued(frame.signal) ? withSignals(next, [frame.signal]) : next;
}

/** Writes how a signal ended onto it. A signal the page does not know is left alone. */
export function withOutcome(now: Signals, id: string, outcome: Outcome): Signals {
  const signal = now.byId.get(id);
  return signal === undefined ? now : withSignals(now, [{ ...signal, status: outcome.status, outcome }]);
}

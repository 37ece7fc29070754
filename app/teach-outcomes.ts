import { forecastOf } from '../operators/signals/outcomes/forecast-of.ts';
import type { LearningBook } from '../operators/signals/outcomes/learning-book.ts';
import type { Signal } from '../schema/signal.ts';
import type { SignalEvent } from '../schema/signal-event.ts';

/** Tells a learning book how signals have ended. */
export interface TaughtOutcomes {
  /** A signal that is open already. */
  readonly follow: (signal: Signal) => void;
  readonly hear: (event: SignalEvent) => void;
}

/**
 * What ends, teaches: it calibrates the analyses that follow. To be heard at once, before events are gathered and stored: the next analysis may begin in
 * the same turn of the machine, where many prices come together.
 */
export function teachOutcomes(learning: Pick<LearningBook, 'add' | 'judge'>): TaughtOutcomes {
  const open = new Map<string, Signal>();
  const follow = (signal: Signal): void => void open.set(signal.id, signal);
  return {
    follow,
    hear: (event) => {
      if (event.kind === 'opened') follow(event.signal);
      else if (event.kind === 'levels_resolved') learning.judge(event.forecast, event.outcome);
      else if (event.kind === 'resolved') {
        const signal = open.get(event.id);
        open.delete(event.id);
        if (signal !== undefined) learning.add(forecastOf(signal), event.outcome);
      }
    },
  };
}

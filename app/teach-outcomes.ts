import { forecastOf } from '../operators/signals/outcomes/forecast-of.ts';
import type { LearningBook } from '../operators/signals/outcomes/learning-book.ts';
import type { Signal } from '../schema/signal.ts';
import type { SignalEvent } from '../schema/signal-event.ts';

/**
 * Tells a book how signals have ended, as they end: they calibrate the analyses that follow. Told at once, before events are gathered and stored:
 * the next analysis may begin in the same turn of the machine, where many prices come together.
 */
export function teachOutcomes(learning: Pick<LearningBook, 'add' | 'judge'>): (event: SignalEvent) => void {
  const open = new Map<string, Signal>();
  return (event) => {
    if (event.kind === 'opened') open.set(event.signal.id, event.signal);
    else if (event.kind === 'levels_resolved') learning.judge(event.forecast, event.outcome);
    else if (event.kind === 'resolved') {
      const signal = open.get(event.id);
      open.delete(event.id);
      if (signal !== undefined) learning.add(forecastOf(signal), event.outcome);
    }
  };
}

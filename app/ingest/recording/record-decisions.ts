import { isPosted } from '../../../operators/signals/outcomes/issued-trade.ts';
import type { CalendarState } from '../../../schema/calendar.ts';
import type { SignalEvent } from '../../../schema/signal-event.ts';
import type { Recorder } from '../../../streams/recording/recorder.ts';

/**
 * Records which close was decided after which price, and the calendar that it was decided by: with them a recording gives the same signals
 * again. Posted closes are not of the recorded market.
 */
export function recordDecisions(
  recorder: Pick<Recorder, 'record'>,
  calendar: () => CalendarState,
): (events: readonly SignalEvent[]) => void {
  let last: CalendarState | undefined;
  return (events) => {
    for (const event of events) {
      if (event.kind !== 'decided' || event.changed || isPosted(event.decision)) continue;
      const known = calendar();
      if (known !== last)
        recorder.record({ kind: 'calendar', state: known.state, events: known.events.map(copied) });
      last = known;
      const { symbol, timeframe, close_time: closeTime } = event.decision;
      recorder.record({ kind: 'decided', symbol, timeframe, closeTime });
    }
  };
}

const copied = ({ title, country, time, impact }: CalendarState['events'][number]) => ({
  title,
  country,
  time,
  impact,
});

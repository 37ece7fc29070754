import type { CalendarEvent } from '../state/events.ts';
import { placeOf } from './bar-index.ts';
import type { EventMark } from './event-marks.ts';

/** Bars beyond the last at which an event of the future still has a place. */
const farthest = 200;

/** Events as marks on bars that open at `times` and last `seconds`; those outside of what the chart can show are left out. */
export function marksOf(
  events: readonly CalendarEvent[],
  times: readonly number[],
  seconds: number,
): readonly EventMark[] {
  const first = times[0];
  if (first === undefined) return [];
  return events.flatMap(({ time, country, title }) => {
    const place = placeOf(times, time / 1000, seconds);
    const isShown = time / 1000 >= first && place < times.length + farthest;
    return isShown ? [{ place, text: `${country} ${title}` }] : [];
  });
}

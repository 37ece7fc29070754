import { minuteMs } from '../../../schema/timeframe.ts';
import type { Trade } from './outcomes.ts';

/** What a trade has seen so far. */
export type Seen = Pick<Trade, 'best' | 'worst' | 'last' | 'lastHalfSpread' | 'lastAt'>;

/** What it had seen before the first tick of a minute. */
interface MinuteMark extends Seen {
  readonly openTime: number;
}

/** Where a trade stood at its last minutes, so that those of an interruption can be counted by their bars alone. Oldest first. */
export type MinuteMarks = MinuteMark[];

/** An interruption reaches back to the last tick heard, less what was on its way. */
const kept = 3;

/** Marks where a trade stands before a tick of a minute that none was heard of. */
export function markMinute(marks: MinuteMarks, trade: Trade, eventTime: number): void {
  const last = marks.at(-1);
  if (last !== undefined && eventTime < last.openTime + minuteMs) return;
  marks.push({ openTime: minuteOf(eventTime), ...seenOf(trade) });
  if (marks.length > kept) marks.shift();
}

/** Takes back what a trade has seen of ticks from the minute of `time` on. Answers that; null: nothing. */
export function takeBack(marks: MinuteMarks, trade: Trade, time: number): Seen | null {
  const first = marks.findIndex(({ openTime }) => openTime >= minuteOf(time));
  if (first === -1) return null;
  const heard = seenOf(trade);
  Object.assign(trade, seenOf(marks[first]!));
  marks.length = first;
  return heard;
}

/** Adds what was seen of a trade elsewhere; the later of the last prices stands. */
export function addSeen(to: Seen, more: Seen, direction: Trade['direction']): void {
  if ((more.best - to.best) * direction > 0) to.best = more.best;
  if ((more.worst - to.worst) * direction < 0) to.worst = more.worst;
  if (more.lastAt <= to.lastAt) return;
  to.last = more.last;
  to.lastAt = more.lastAt;
  to.lastHalfSpread = more.lastHalfSpread;
}

export const minuteOf = (time: number): number => Math.floor(time / minuteMs) * minuteMs;

const seenOf = ({ best, worst, last, lastHalfSpread, lastAt }: Seen): Seen => ({
  best,
  worst,
  last,
  lastHalfSpread,
  lastAt,
});

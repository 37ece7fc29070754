import type { CandleEvent } from '../../../schema/market-event.ts';
import { minuteMs } from '../../../schema/timeframe.ts';
import { repairRange } from '../repair-range.ts';

export interface MinuteRepairsOptions {
  /** How far back a request reaches at most, ms. */
  readonly reachMs: number;
  readonly graceMs: number;
  readonly lag: () => number;
  /** Is the market open at an instant? Nobody repairs minutes of a closed market. */
  readonly isOpen: (time: number) => boolean;
  readonly emit: (event: CandleEvent) => void;
}

/** Requests for minutes from REST, gathered and emitted as `repair`. Times Unix ms; `decided`: up to where minutes are decided. */
export interface MinuteRepairs {
  /** Wants every minute that `[from, to)` touches. */
  readonly want: (from: number, to: number, decided: number) => void;
  /** REST has answered for `[from, to)`. */
  readonly remove: (from: number, to: number) => void;
  /** Emits the request that is due, if one is; none while the feed is away. */
  readonly emitDue: (decided: number, isAway: boolean) => void;
}

export function minuteRepairs({ reachMs, graceMs, lag, isOpen, emit }: MinuteRepairsOptions): MinuteRepairs {
  const range = repairRange(reachMs);
  return {
    want: (from, to, decided) => {
      const floor = (time: number) => Math.floor(time / minuteMs) * minuteMs;
      range.add(floor(from), floor(to - 1) + minuteMs, decided);
    },
    remove: range.remove,
    emitDue: (decided, isAway) => {
      const due = range.take(decided, isAway);
      if (due === undefined) return;
      for (let at = due.from; at < due.to; at += minuteMs) {
        if (!isOpen(at)) continue;
        emit({ kind: 'repair', ...due, notBefore: due.to + graceMs + Math.max(0, lag()) });
        return;
      }
    },
  };
}

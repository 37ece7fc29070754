import type { SchedulerLike, Subscription } from 'rxjs';
import type { WatchAnswer } from '../../schema/symbol/watch-answer.ts';

/** A symbol that clients requested and that is not configured: its references, and its two timers. */
export interface GuestSymbol {
  /** When it was first requested, Unix ms. */
  readonly since: number;
  /** The answer to all requests for it, given once: `ok` after `answerWithinMs` without another. */
  readonly answer: Promise<WatchAnswer>;
  readonly resolve: (answer: WatchAnswer) => void;
  readonly retain: () => void;
  readonly release: () => void;
  readonly close: () => void;
}

export interface GuestSymbolOptions {
  readonly clock: SchedulerLike;
  readonly answerWithinMs: number;
  /** How long it stays after its last reference, ms. */
  readonly releaseAfterMs: number;
  /** Must it stay although nobody refers to it? */
  readonly isNeeded: () => boolean;
  readonly onLeave: () => void;
}

export function createGuestSymbol(options: GuestSymbolOptions): GuestSymbol {
  const { clock, answerWithinMs, releaseAfterMs, isNeeded, onLeave } = options;
  const { promise, resolve } = Promise.withResolvers<WatchAnswer>();
  const timeout = clock.schedule(() => resolve('ok'), answerWithinMs);
  let references = 0;
  let leaving: Subscription | undefined;
  const leaveLater = () => {
    leaving = clock.schedule(() => (isNeeded() ? leaveLater() : onLeave()), releaseAfterMs);
  };
  return {
    since: clock.now(),
    answer: promise,
    resolve,
    retain: () => {
      leaving?.unsubscribe();
      references++;
    },
    release: () => {
      if (--references > 0) return;
      references = 0;
      leaving?.unsubscribe();
      leaveLater();
    },
    close: () => {
      timeout.unsubscribe();
      leaving?.unsubscribe();
    },
  };
}

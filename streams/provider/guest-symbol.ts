import type { SchedulerLike, Subscription } from 'rxjs';
import type { WatchAnswer } from '../../schema/symbol/watch-answer.ts';

/** A symbol that clients requested and that is not configured: its references, and its two timers. */
export interface GuestSymbol {
  /** When it was first requested, Unix ms. */
  readonly since: number;
  /** The answer to all requests for it, given once: `ok` after `answerWithinMs` without another. */
  readonly answer: Promise<WatchAnswer>;
  readonly resolve: (answer: WatchAnswer) => void;
  readonly retain: (address: string) => void;
  readonly release: (address: string) => void;
  /** Whose references it has: addresses of clients. */
  readonly holders: () => ReadonlySet<string>;
  /** When its last reference went, in the clock's ms; undefined while it has one. */
  readonly idleSince: () => number | undefined;
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
  /** References by address. */
  const references = new Map<string, number>();
  let idleSince: number | undefined = clock.now();
  let leaving: Subscription | undefined;
  const leaveLater = () => {
    leaving = clock.schedule(() => (isNeeded() ? leaveLater() : onLeave()), releaseAfterMs);
  };
  return {
    since: clock.now(),
    answer: promise,
    resolve,
    holders: () => new Set(references.keys()),
    idleSince: () => idleSince,
    retain: (address) => {
      leaving?.unsubscribe();
      idleSince = undefined;
      references.set(address, (references.get(address) ?? 0) + 1);
    },
    release: (address) => {
      const left = (references.get(address) ?? 0) - 1;
      if (left > 0) references.set(address, left);
      else references.delete(address);
      if (references.size > 0) return;
      idleSince ??= clock.now();
      leaving?.unsubscribe();
      leaveLater();
    },
    close: () => {
      timeout.unsubscribe();
      leaving?.unsubscribe();
    },
  };
}

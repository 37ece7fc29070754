import type { LockSession } from './lock-session.ts';
import { timeSince } from './time-since.ts';

export interface HandoverOptions {
  /** Does this process reach all that an ingest needs beside the database? */
  readonly isAble: () => boolean;
  /** It has not for `unableAfterMs`, and as long another could have taken over. Said at each `check`. */
  readonly onUseless: () => void;
  readonly unableAfterMs: number;
}

/** Leaves the place to those who can do its work. */
export interface Handover {
  /** A standby tells the holder whether it could take over, where that has changed. */
  readonly offer: (session: Pick<LockSession, 'offer'>) => Promise<void>;
  /** May a standby ask for the lock now? One that is not able asks once in `unableAfterMs`, so that able ones come first. */
  readonly mayTry: () => boolean;
  /** Is the holder of use? */
  readonly check: (session: Pick<LockSession, 'hasOffer'>) => Promise<void>;
  /** The session has ended, and what it told with it. */
  readonly forget: () => void;
}

export function createHandover({ isAble, onUseless, unableAfterMs }: HandoverOptions): Handover {
  const unableFor = timeSince(isAble);
  let hasOffer = false;
  const uselessFor = timeSince(() => isAble() || !hasOffer);
  let isOffered = false;
  let triedAt = performance.now();
  return {
    offer: async (session) => {
      const couldTake = unableFor() === 0;
      if (isOffered === couldTake) return;
      isOffered = couldTake;
      await session.offer(couldTake);
    },
    mayTry: () => {
      const now = performance.now();
      if (unableFor() > 0 && now < triedAt + unableAfterMs) return false;
      triedAt = now;
      return true;
    },
    check: async (session) => {
      hasOffer = unableFor() > 0 && (await session.hasOffer());
      if (uselessFor() > unableAfterMs) onUseless();
    },
    forget: () => void (isOffered = false),
  };
}

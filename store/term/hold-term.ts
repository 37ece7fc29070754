import type { PoolConfig } from 'pg';
import type { Log } from '../log.ts';
import { withTimeout } from '../with-timeout.ts';
import { createDoubts } from './doubts.ts';
import { createHandover } from './handover.ts';
import { type LockSession, openLockSession } from './lock-session.ts';
import { createNap } from './nap.ts';

export interface HoldTermOptions {
  readonly connection: PoolConfig;
  /** Names this process, for people. */
  readonly holder: string;
  readonly log: Log;
  /** This process writes from now on, under `term`. */
  readonly onHeld: (term: number) => void;
  /** It writes no more: whatever works under the term must end at once. No further attempt is made. */
  readonly onLost: (why: string) => void;
  /** The database has been silent for `silentMs`: is there other word that nobody has taken over? Asked until it answers. @default always */
  readonly mayGoOn?: () => boolean;
  /** Does this process reach all that an ingest needs beside the database? @default always */
  readonly isAble?: () => boolean;
  /** It has not for a while, and another could take over: this process should end in order, which gives the place back. Said with each heartbeat. */
  readonly onUseless?: () => void;
  /** Interval of the holder's heartbeats, and of a standby's attempts, ms. @default 500, 100 */
  readonly beatEveryMs?: number;
  readonly askEveryMs?: number;
  /**
   * How long the holder believes in a lock that the database does not confirm, ms; at most the time of one attempt to connect, 2 s, and a
   * third of its own longer. All together are no more than `idleMs`. @default 3000
   */
  readonly silentMs?: number;
  /** After this silence of a holder the database gives the lock to another, ms. @default 6000 */
  readonly idleMs?: number;
  /**
   * A holder that cannot reach Redis hands over only once another has been able to take over for this long, ms: after an outage for all,
   * the first that is back does not take the place. A standby that cannot reach it asks for the lock this seldom, so that able ones come
   * first. @default 3000
   */
  readonly unableAfterMs?: number;
}

export interface HeldTerm {
  /** The term under which this process writes; undefined while it stands by, and after it was lost. */
  readonly term: () => number | undefined;
  /** Who has taken the last known term; undefined while nobody is known. */
  readonly holder: () => string | undefined;
  /** Others have word of a later term. */
  readonly lose: (why: string) => void;
  /** Gives it back. */
  readonly close: () => Promise<void>;
}

/** A server that has just started is left to its former holder for this long, ms: nobody has taken over meanwhile. */
const courtesyMs = 1000;
/** A stop waits no longer than this for the database, ms. */
const closeMs = 1500;

/**
 * Stands by until no other process writes as the ingest, and then holds that place by a lock of a session in PostgreSQL, under a term
 * of its own. The lock ends with the session: at once where the process dies, after `idleMs` where it is frozen or cut off. A holder
 * whose session has ended takes the lock again as long as nobody has raised the term; an outage of the database is no reason to
 * stop. All durations are monotonic.
 */
export function holdTerm(options: HoldTermOptions): HeldTerm {
  const { connection, holder: self, log, onHeld, onLost, mayGoOn = () => true } = options;
  const { isAble = () => true, onUseless = () => {}, unableAfterMs = 3000 } = options;
  const { beatEveryMs = 500, askEveryMs = 100, silentMs = 3000, idleMs = 6000 } = options;
  let session: LockSession | undefined;
  let isLocked = false;
  let term: number | undefined;
  let holder: string | undefined;
  /** When the last question was asked that the database answered with our term. */
  let confirmedAt = 0;
  let notBefore = 0;
  let isOver = false;
  const nap = createNap();
  const doubts = createDoubts(log);
  const handover = createHandover({ isAble, onUseless, unableAfterMs });
  const now = () => performance.now();
  const answer = <T>(work: Promise<T>, ms = silentMs) => withTimeout(ms, work, 'the database');

  const drop = () => {
    void session?.close();
    if (session !== undefined && term === undefined) notBefore = now() + courtesyMs;
    session = undefined;
    isLocked = false;
    handover.forget();
  };
  const lose = (why: string) => {
    if (isOver || term === undefined) return;
    isOver = true;
    term = undefined;
    nap.wake();
    onLost(why);
  };
  const open = async () => {
    const mine = await openLockSession({ connection, idleMs });
    mine.onEnd(() => {
      if (session === mine) drop();
      nap.wake();
    });
    return mine;
  };
  const take = async (mine: LockSession) => {
    const raised = await answer(mine.raise(self), 2 * idleMs);
    // The raise may have waited long for the former holder's transaction: the place is confirmed by a question of its own.
    const asked = now();
    if ((await answer(mine.read())).term !== raised) throw new Error('another has raised the term meanwhile');
    if (isOver) return;
    [term, isLocked, holder, confirmedAt] = [raised, true, self, asked];
    log.info({ term }, 'writes as the ingest from now on');
    onHeld(term);
  };
  const step = async () => {
    const mine = (session ??= await open());
    const asked = now();
    if (term === undefined) {
      await answer(handover.offer(mine));
      if (asked < notBefore || !handover.mayTry()) return;
    }
    // A process that was starved of its processor has not asked in time: the database gets a moment to answer before the place is given up.
    const patienceMs = term === undefined ? silentMs : Math.max(silentMs / 3, confirmedAt + silentMs - asked);
    const found = await answer(isLocked ? mine.read() : mine.tryLock(), patienceMs);
    holder = found.holder || undefined;
    const isOurs = isLocked || ('isOurs' in found && found.isOurs);
    if (term !== undefined && found.term !== term) return lose(`${found.holder} has taken over`);
    if (!isOurs || isOver) return;
    if (term === undefined) return take(mine);
    [isLocked, confirmedAt] = [true, asked];
    doubts.settle();
    await answer(handover.check(mine));
  };
  const goesOn = () => !isOver;
  const loop = async () => {
    while (goesOn()) {
      await step().catch((error: unknown) => {
        drop();
        if (term === undefined) return;
        doubts.raise(error);
        const sinceMs = now() - confirmedAt;
        // The next attempt would come too late.
        if (sinceMs + askEveryMs > silentMs && !mayGoOn())
          lose(`nobody has confirmed for ${Math.round(sinceMs)} ms that this one works`);
      });
      if (!goesOn()) break;
      await nap.sleep(isLocked ? beatEveryMs : askEveryMs);
    }
  };
  const ended = loop().then(() => session?.close());

  return {
    term: () => term,
    holder: () => holder,
    lose,
    close: async () => {
      isOver = true;
      term = undefined;
      nap.wake();
      await withTimeout(closeMs, ended, 'the database').catch(() => {});
    },
  };
}

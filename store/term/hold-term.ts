import type { PoolConfig } from 'pg';
import type { Log } from '../log.ts';
import { withTimeout } from '../with-timeout.ts';
import { type LockSession, openLockSession } from './lock-session.ts';

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
  /** How long the holder believes in a lock that the database does not confirm, ms; at most a third longer. Well below `idleMs`. @default 3000 */
  readonly silentMs?: number;
  /** After this silence of a holder the database gives the lock to another, ms. @default 6000 */
  readonly idleMs?: number;
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
/**
 * A holder that is not able hands over where another has been able beside it for this long, ms: after an outage for all of them, the one that
 * is back first takes nothing from the others. A standby that is not able waits this long between its attempts: those who are come first.
 */
const unableAfterMs = 3000;
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
  const { isAble = () => true, onUseless = () => {} } = options;
  const { beatEveryMs = 500, askEveryMs = 100, silentMs = 3000, idleMs = 6000 } = options;
  let session: LockSession | undefined;
  let isLocked = false;
  let term: number | undefined;
  let holder: string | undefined;
  /** When the last question was asked that the database answered with our term. */
  let confirmedAt = 0;
  let [notBefore, triedAt] = [0, 0];
  /** Has this session told that its process could take over? */
  let isOffered = false;
  let isOver = false;
  const nap = createNap();
  const doubts = createDoubts(log);
  const unableFor = timeSince(isAble);
  let hasOffer = false;
  const uselessFor = timeSince(() => isAble() || !hasOffer);
  const now = () => performance.now();
  const answer = <T>(work: Promise<T>, ms = silentMs) => withTimeout(ms, work, 'the database');

  const drop = () => {
    void session?.close();
    if (session !== undefined && term === undefined) notBefore = now() + courtesyMs;
    session = undefined;
    [isLocked, isOffered] = [false, false];
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
    const asked = now();
    term = await answer(mine.raise(self), 2 * idleMs);
    [isLocked, holder, confirmedAt] = [true, self, asked];
    log.info({ term }, 'writes as the ingest from now on');
    if (!isOver) onHeld(term);
  };
  const step = async () => {
    const mine = (session ??= await open());
    const asked = now();
    const unableMs = unableFor();
    if (term === undefined) {
      if (isOffered !== (unableMs === 0)) await answer(mine.offer((isOffered = unableMs === 0)));
      if (asked < notBefore || (unableMs > 0 && asked < triedAt + unableAfterMs)) return;
      triedAt = asked;
    }
    // A process that was starved of its processor has not asked in time: the database gets a moment to answer before the place is given up.
    const patienceMs = term === undefined ? silentMs : Math.max(silentMs / 3, confirmedAt + silentMs - asked);
    const found = await answer(isLocked ? mine.read() : mine.tryLock(), patienceMs);
    holder = found.holder || undefined;
    const isOurs = isLocked || ('isOurs' in found && found.isOurs);
    if (term === undefined) {
      if (isOurs && !isOver) await take(mine);
    } else if (found.term !== term) lose(`${found.holder} has taken over`);
    else if (isOurs) {
      [isLocked, confirmedAt] = [true, asked];
      doubts.settle();
      hasOffer = unableMs > 0 && (await answer(mine.hasOffer()));
      if (uselessFor() > unableAfterMs) onUseless();
    }
  };
  const goesOn = () => !isOver;
  const loop = async () => {
    while (goesOn()) {
      await step().catch((error: unknown) => {
        drop();
        if (term !== undefined) doubts.raise(error);
      });
      if (term !== undefined && now() - confirmedAt > silentMs && !mayGoOn())
        lose(`nobody has confirmed for ${Math.round(now() - confirmedAt)} ms that this one works`);
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

/** A pause that may be cut short. */
function createNap() {
  let wake = () => {};
  return {
    sleep: (ms: number) =>
      new Promise<void>((done) => {
        const timer = setTimeout(done, ms);
        wake = () => {
          clearTimeout(timer);
          done();
        };
      }),
    wake: () => wake(),
  };
}

/** Tells once that the database does not confirm a term, and once that it does again. */
function createDoubts(log: Log) {
  let isRaised = false;
  return {
    raise: (error: unknown) => {
      if (!isRaised) log.warn({ err: error }, 'the database does not confirm that this ingest works');
      isRaised = true;
    },
    settle: () => {
      if (isRaised) log.info('the database confirms that this ingest works');
      isRaised = false;
    },
  };
}

/** How long something has not been so, ms: 0 while it is. */
function timeSince(isSo: () => boolean): () => number {
  let since = performance.now();
  return () => {
    const now = performance.now();
    if (isSo()) since = now;
    return now - since;
  };
}

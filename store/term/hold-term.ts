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
  /** Interval of the holder's heartbeats, and of a standby's attempts, ms. @default 500, 100 */
  readonly beatEveryMs?: number;
  readonly askEveryMs?: number;
  /** How long the holder believes in a lock that the database does not confirm, ms. Less than `idleMs`. @default 3000 */
  readonly silentMs?: number;
  /** After this silence of a holder the database gives the lock to another, ms. @default 4000 */
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
  const { beatEveryMs = 500, askEveryMs = 100, silentMs = 3000, idleMs = 4000 } = options;
  let session: LockSession | undefined;
  let isLocked = false;
  let term: number | undefined;
  let holder: string | undefined;
  /** When the last question was asked that the database answered with our term. */
  let confirmedAt = 0;
  let notBefore = 0;
  let isDoubted = false;
  let isOver = false;
  /** Sessions opened: only the last one counts. */
  let opened = 0;
  let wake = () => {};
  const now = () => performance.now();

  const drop = () => {
    void session?.close();
    if (session !== undefined && term === undefined) notBefore = now() + courtesyMs;
    session = undefined;
    isLocked = false;
  };
  const lose = (why: string) => {
    if (isOver) return;
    isOver = true;
    const wasHeld = term !== undefined;
    term = undefined;
    wake();
    if (wasHeld) onLost(why);
  };
  const open = () => {
    const mine = ++opened;
    const onEnd = () => {
      if (mine !== opened) return;
      drop();
      wake();
    };
    return openLockSession({ connection, idleMs, onEnd });
  };
  const take = async (mine: LockSession) => {
    const asked = now();
    term = await withTimeout(2 * idleMs, mine.raise(self), 'the database');
    [isLocked, holder, confirmedAt] = [true, self, asked];
    log.info({ term }, 'writes as the ingest from now on');
    if (!isOver) onHeld(term);
  };
  const step = async () => {
    const mine = (session ??= await open());
    const asked = now();
    if (term === undefined && asked < notBefore) return;
    const patience = term === undefined ? silentMs : Math.max(100, confirmedAt + silentMs - asked);
    const found = await withTimeout(patience, isLocked ? mine.read() : mine.tryLock(), 'the database');
    holder = found.holder || undefined;
    const isOurs = isLocked || ('isOurs' in found && found.isOurs);
    if (term === undefined) {
      if (isOurs && !isOver) await take(mine);
    } else if (found.term !== term) lose(`${found.holder} has taken over`);
    else if (isOurs) {
      [isLocked, confirmedAt] = [true, asked];
      if (isDoubted) log.info({ term }, 'the database confirms the term again');
      isDoubted = false;
    }
  };
  const doubt = (error: unknown) => {
    drop();
    if (term !== undefined && !isDoubted)
      log.warn({ err: error, term }, 'the database does not confirm the term');
    isDoubted = term !== undefined;
  };
  const goesOn = () => !isOver;
  const loop = async () => {
    while (goesOn()) {
      await step().catch(doubt);
      if (term !== undefined && now() - confirmedAt > silentMs && !mayGoOn())
        lose(`nobody has confirmed for ${Math.round(now() - confirmedAt)} ms that this one works`);
      if (!goesOn()) break;
      await new Promise<void>((done) => {
        const timer = setTimeout(done, isLocked ? beatEveryMs : askEveryMs);
        wake = () => {
          clearTimeout(timer);
          done();
        };
      });
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
      wake();
      await withTimeout(closeMs, ended, 'the database').catch(() => {});
    },
  };
}

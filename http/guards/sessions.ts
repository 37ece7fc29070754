import { randomBytes } from 'node:crypto';

export interface Sessions {
  /** A new session's token. */
  readonly open: () => string;
  readonly has: (token: string | undefined) => boolean;
  readonly close: (token: string | undefined) => void;
  /** How long a session lasts, ms. */
  readonly lastsMs: number;
}

const lastsMs = 12 * 3_600_000;
const most = 100;

/** Browser sessions of operators: random tokens, kept in memory, so that a restart or a logout ends them for good. */
export function createSessions(now: () => number): Sessions {
  const ends = new Map<string, number>();
  return {
    lastsMs,
    open: () => {
      const token = randomBytes(32).toString('base64url');
      ends.set(token, now() + lastsMs);
      const [oldest] = ends.keys();
      if (ends.size > most && oldest !== undefined) ends.delete(oldest);
      return token;
    },
    has: (token) => {
      const end = token === undefined ? undefined : ends.get(token);
      if (end === undefined || token === undefined) return false;
      if (now() < end) return true;
      ends.delete(token);
      return false;
    },
    close: (token) => {
      if (token !== undefined) ends.delete(token);
    },
  };
}

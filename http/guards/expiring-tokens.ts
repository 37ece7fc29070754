import { randomBytes } from 'node:crypto';

/** Random tokens that are valid for a while. */
export interface ExpiringTokens {
  readonly create: () => string;
  readonly has: (token: string | undefined) => boolean;
  readonly end: (token: string | undefined) => void;
}

/** 256 random bits each, kept in memory: a restart ends them all. One more than `most` ends the oldest. `now` and `lastsMs` in ms. */
export function expiringTokens(now: () => number, lastsMs: number, most: number): ExpiringTokens {
  const ends = new Map<string | undefined, number>();
  return {
    create: () => {
      const token = randomBytes(32).toString('base64url');
      ends.set(token, now() + lastsMs);
      const [oldest] = ends.keys();
      if (ends.size > most) ends.delete(oldest);
      return token;
    },
    has: (token) => {
      const end = ends.get(token);
      if (end !== undefined && now() < end) return true;
      ends.delete(token);
      return false;
    },
    end: (token) => void ends.delete(token),
  };
}

import { randomBytes } from 'node:crypto';

export interface OneTimeTokens {
  readonly create: () => string;
  /** Is it one of ours, in time and not used yet? It is used then. */
  readonly use: (token: string) => boolean;
  /** How long one is valid, ms. */
  readonly lastsMs: number;
}

const lastsMs = 10 * 60_000;
const most = 20;

/** Tokens that log a browser in once, within ten minutes: 256 random bits each, kept in memory. The twenty-first ends the oldest. */
export function oneTimeTokens(now: () => number): OneTimeTokens {
  const ends = new Map<string, number>();
  return {
    lastsMs,
    create: () => {
      const token = randomBytes(32).toString('base64url');
      ends.set(token, now() + lastsMs);
      const [oldest] = ends.keys();
      if (ends.size > most && oldest !== undefined) ends.delete(oldest);
      return token;
    },
    use: (token) => {
      const end = ends.get(token);
      ends.delete(token);
      return end !== undefined && now() < end;
    },
  };
}

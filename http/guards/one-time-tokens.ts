import { expiringTokens } from './expiring-tokens.ts';

export interface OneTimeTokens {
  readonly create: () => string;
  /** Is it one of ours, in time and not used yet? It is used then. */
  readonly use: (token: string) => boolean;
  /** How long one is valid, ms. */
  readonly lastsMs: number;
}

const lastsMs = 10 * 60_000;
const most = 20;

/** Tokens that log a browser in once, within ten minutes. The twenty-first ends the oldest. */
export function oneTimeTokens(now: () => number): OneTimeTokens {
  const { create, has, end } = expiringTokens(now, lastsMs, most);
  return {
    create,
    lastsMs,
    use: (token) => {
      const isValid = has(token);
      end(token);
      return isValid;
    },
  };
}

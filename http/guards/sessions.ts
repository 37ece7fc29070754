import { expiringTokens } from './expiring-tokens.ts';

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

/** Browser sessions of operators: a restart or a logout ends them for good. The hundred-and-first login ends the oldest. */
export function createSessions(now: () => number): Sessions {
  const { create, has, end } = expiringTokens(now, lastsMs, most);
  return { open: create, has, close: end, lastsMs };
}

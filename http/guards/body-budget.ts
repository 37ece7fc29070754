import { Problem } from '../problem.ts';

export interface BodyBudgetOptions {
  /** Bytes of bodies in memory: of one caller, and of all. Above them 429 and 503. */
  readonly perCaller: number;
  readonly inAll: number;
}

/** The bytes of one request's body, as they come in. */
export interface BodyShare {
  /** Throws Problem 429 or 503 with Retry-After where there is no room for these bytes. */
  readonly add: (bytes: number) => void;
  /** The body is no longer in memory. */
  readonly release: () => void;
}

export interface BodyBudget {
  readonly open: (caller: string) => BodyShare;
  readonly bytes: () => number;
}

/** Memory for the bodies of requests. What counts is what has arrived: a slow sender holds little. */
export function bodyBudget({ perCaller, inAll }: BodyBudgetOptions): BodyBudget {
  const ofCaller = new Map<string, number>();
  let total = 0;
  return {
    open: (caller) => {
      let held = 0;
      return {
        add: (bytes) => {
          const own = (ofCaller.get(caller) ?? 0) + bytes;
          if (own > perCaller) {
            throw new Problem(429, 'rate_limited', `at most ${perCaller} bytes of bodies at once`, {
              'Retry-After': '1',
            });
          }
          if (total + bytes > inAll)
            throw new Problem(503, 'overloaded', 'too many bodies at once', { 'Retry-After': '2' });
          ofCaller.set(caller, own);
          total += bytes;
          held += bytes;
        },
        release: () => {
          const left = (ofCaller.get(caller) ?? 0) - held;
          if (left > 0) ofCaller.set(caller, left);
          else ofCaller.delete(caller);
          total -= held;
          held = 0;
        },
      };
    },
    bytes: () => total,
  };
}

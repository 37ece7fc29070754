import type { IncomingMessage } from 'node:http';
import { Problem } from '../problem.ts';
import { limitKey } from './address.ts';
import { isKnownKey, presentedKey } from './api-key.ts';
import { clientAddress } from './client-address.ts';
import { wrongKeys } from './wrong-keys.ts';

export interface KeyCheckOptions {
  readonly apiKeys: readonly string[];
  /** Proxies in front whose `X-Forwarded-For` counts. */
  readonly trustProxy: number;
  /** A clock that never steps, ms. */
  readonly now: () => number;
}

/** The one place where keys are judged: every entrance of a server shares it, and with it the limit of wrong keys. */
export interface KeyCheck {
  /** Throws Problem 429 where the client has to wait before it may try a key. */
  readonly refuseGuesser: (request: IncomingMessage) => void;
  /** Throws Problem 401 for a wrong key, and 429 for any after too many wrong ones. */
  readonly check: (request: IncomingMessage, presented: string) => void;
  /** The same for another proof: `isRight` is asked where the client may try, and a wrong one is refused with `message`. */
  readonly prove: (request: IncomingMessage, isRight: () => boolean, message: string) => void;
  /** Does a request that needs no key carry a right one? A wrong one counts. */
  readonly holdsKey: (request: IncomingMessage) => boolean;
}

/** A try is counted and judged in one synchronous step, so that requests sent at once cannot all be judged before the first is counted. */
export function keyCheck({ apiKeys, trustProxy, now }: KeyCheckOptions): KeyCheck {
  const wrong = wrongKeys(now);
  const callerOf = (request: IncomingMessage) => limitKey(clientAddress(request, trustProxy));

  const refuseGuesser: KeyCheck['refuseGuesser'] = (request) => {
    const waitMs = wrong.waitMs(callerOf(request));
    if (waitMs > 0) throw tooMany(waitMs);
  };
  const prove: KeyCheck['prove'] = (request, isRight, message) => {
    refuseGuesser(request);
    if (isRight()) return;
    const allWaitMs = wrong.allWaitMs();
    wrong.add(callerOf(request));
    if (allWaitMs > 0) throw tooMany(allWaitMs);
    throw new Problem(401, 'wrong_key', message, { 'WWW-Authenticate': 'Bearer' });
  };
  const check: KeyCheck['check'] = (request, presented) =>
    prove(request, () => isKnownKey(presented, apiKeys), 'this API key is not known');

  return {
    refuseGuesser,
    prove,
    check,
    holdsKey: (request) => {
      const presented = presentedKey(request.headers);
      if (presented === undefined) return false;
      try {
        check(request, presented);
        return true;
      } catch (error) {
        if (error instanceof Problem) return false;
        throw error;
      }
    },
  };
}

const tooMany = (waitMs: number) =>
  new Problem(429, 'rate_limited', 'too many wrong keys', {
    'Retry-After': String(Math.max(1, Math.ceil(waitMs / 1000))),
  });

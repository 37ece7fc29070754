import type { Context, Middleware } from 'koa';
import { RateLimiterMemory } from 'rate-limiter-flexible';
import { isKnownKey, presentedKey } from './api-key.ts';
import { clientAddress, isForwarded, isLoopback, limitKey } from './client-address.ts';
import { isOwnOrigin } from './origin.ts';
import { Problem } from '../problem.ts';

export interface PrivilegedOptions {
  readonly apiKeys: readonly string[];
  readonly trustProxy: number;
  /** Is the request's session cookie one of ours? Asked where a browser shall get in, too. */
  readonly hasSession?: (ctx: Context) => boolean;
}

export interface KeyCheck {
  /** Throws Problem 429 after too many wrong keys of an address, 401 for a wrong one. */
  readonly check: (ctx: Context, presented: string) => Promise<void>;
}

/** Compares keys, and lets an address guess wrongly 20 times a minute at most. */
export function keyCheck(apiKeys: readonly string[], trustProxy: number): KeyCheck {
  const guesses = new RateLimiterMemory({ points: 20, duration: 60, blockDuration: 60 });
  return {
    check: async (ctx, presented) => {
      const caller = limitKey(clientAddress(ctx.req, trustProxy));
      const state = await guesses.get(caller);
      if (state !== null && state.remainingPoints <= 0) {
        const seconds = Math.max(1, Math.ceil(state.msBeforeNext / 1000));
        throw new Problem(429, 'rate_limited', 'too many wrong keys', { 'Retry-After': String(seconds) });
      }
      if (isKnownKey(presented, apiKeys)) return;
      await guesses.consume(caller).catch(() => undefined);
      throw new Problem(401, 'wrong_key', 'this API key is not known', { 'WWW-Authenticate': 'Bearer' });
    },
  };
}

/**
 * Stands before the privileged routes: no page of another origin, JSON only, a key (or, where none is configured,
 * loopback without a proxy between).
 */
export function privileged(options: PrivilegedOptions & { readonly keys: KeyCheck }): Middleware {
  return async (ctx, next) => {
    refuseForeignPage(ctx);
    refuseForms(ctx);
    ctx.set('Cache-Control', 'no-store');
    if (options.apiKeys.length === 0) refuseRemote(ctx);
    else if (options.hasSession?.(ctx) !== true) {
      const presented = presentedKey(ctx.req.headers);
      if (presented === undefined) {
        throw new Problem(401, 'key_needed', 'an API key is needed: X-API-Key, or Authorization: Bearer', {
          'WWW-Authenticate': 'Bearer',
        });
      }
      await options.keys.check(ctx, presented);
    }
    await next();
  };
}

/** Throws 403 for a request that a page of another origin makes. */
export function refuseForeignPage(ctx: Context): void {
  const { origin, 'sec-fetch-site': site } = ctx.req.headers;
  if (origin !== undefined && !isOwnOrigin(ctx.req)) {
    throw new Problem(403, 'foreign_origin', 'pages of another origin may not ask this');
  }
  if (site !== undefined && site !== 'same-origin' && site !== 'none') {
    throw new Problem(403, 'foreign_origin', 'pages of another site may not ask this');
  }
}

/** Throws 415 for a body that is not JSON: what an HTML form can send without asking first is not taken. */
export function refuseForms(ctx: Context): void {
  const { 'content-type': type, 'content-length': length, 'transfer-encoding': encoding } = ctx.req.headers;
  const isEmpty = type === undefined && encoding === undefined && (length === undefined || length === '0');
  if (ctx.method === 'GET' || ctx.method === 'HEAD' || isEmpty) return;
  if (type?.split(';')[0]?.trim().toLowerCase() !== 'application/json') {
    throw new Problem(415, 'unsupported_media_type', 'the body must be application/json');
  }
}

function refuseRemote(ctx: Context): void {
  if (isLoopback(ctx.req.socket.remoteAddress) && !isForwarded(ctx.req)) return;
  throw new Problem(
    403,
    'loopback_only',
    'without API_KEYS this answers on loopback only, and not through a proxy',
  );
}

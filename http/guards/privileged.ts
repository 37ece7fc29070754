import type { Context, Middleware } from 'koa';
import { Problem } from '../problem.ts';
import { presentedKey } from './api-key.ts';
import type { KeyCheck } from './key-check.ts';
import { isOwnOrigin } from './origin.ts';

export interface PrivilegedOptions {
  readonly keys: KeyCheck;
  /** Is the request's session cookie one of ours? Asked where a browser shall get in, too. */
  readonly hasSession?: (ctx: Context) => boolean;
}

/** Stands before the privileged routes: no page of another origin, JSON only, a key, wherever the request comes from. */
export function privileged({ keys, hasSession }: PrivilegedOptions): Middleware {
  return async (ctx, next) => {
    refuseForeignPage(ctx);
    refuseForms(ctx);
    ctx.set('Cache-Control', 'no-store');
    if (hasSession?.(ctx) !== true) {
      const presented = presentedKey(ctx.req.headers);
      if (presented === undefined) {
        throw new Problem(401, 'key_needed', 'an API key is needed: X-API-Key, or Authorization: Bearer', {
          'WWW-Authenticate': 'Bearer',
        });
      }
      keys.check(ctx.req, presented);
    }
    await next();
  };
}

/**
 * Throws 403 for a request that a page of another origin makes. What the browser itself says of the two addresses holds whatever a
 * proxy has made of Host; one that says nothing (over plain HTTP, or before 2023) sends an Origin to compare.
 */
export function refuseForeignPage(ctx: Context): void {
  const { origin, 'sec-fetch-site': site } = ctx.req.headers;
  if (site === 'same-origin') return;
  if (site !== undefined && site !== 'none') {
    throw new Problem(403, 'foreign_origin', 'pages of another site may not ask this');
  }
  if (origin !== undefined && !isOwnOrigin(ctx.req)) {
    throw new Problem(
      403,
      'foreign_origin',
      'pages of another origin may not ask this; if it is ours behind a proxy, that must pass on Host with its port, for nginx: proxy_set_header Host $http_host',
    );
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

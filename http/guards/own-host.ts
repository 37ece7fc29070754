import type { Middleware } from 'koa';
import { isForeignHost } from './origin.ts';
import { Problem } from '../problem.ts';

/** Refuses what asks loopback under a foreign name: a browser whose DNS was made to lie. */
export function ownHost(trustProxy: number): Middleware {
  return async (ctx, next) => {
    if (isForeignHost(ctx.req, trustProxy)) {
      throw new Problem(
        403,
        'foreign_host',
        'this Host is not served on loopback; behind a proxy set TRUST_PROXY',
      );
    }
    await next();
  };
}

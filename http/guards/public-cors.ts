import cors from '@koa/cors';
import type { Middleware } from 'koa';
import { isOriginAllowed } from './origin.ts';
import { Problem } from '../problem.ts';

/** CORS of the public routes: `*`, or an exact list; a page of any other origin gets 403. */
export function publicCors(allowed: readonly string[]): Middleware {
  const answer = cors({
    origin: (ctx) => (allowed.includes('*') ? '*' : ctx.get('Origin')),
    allowMethods: ['GET', 'HEAD', 'POST'],
    allowHeaders: ['Content-Type'],
    exposeHeaders: ['Retry-After', 'X-Next', 'X-Latest'],
    maxAge: 600,
  });
  return async (ctx, next) => {
    if (!isOriginAllowed(ctx.req, allowed)) {
      throw new Problem(403, 'foreign_origin', 'this origin is not in ALLOWED_ORIGINS');
    }
    await answer(ctx, next);
  };
}

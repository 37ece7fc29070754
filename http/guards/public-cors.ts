import cors from '@koa/cors';
import type { Router } from '@koa/router';
import type { Middleware } from 'koa';
import { isOriginAllowed } from './origin.ts';
import { Problem } from '../problem.ts';

/**
 * CORS of the public routes: `*`, or an exact list; a page of any other origin gets 403. Which route a request is for the routers
 * decide, by what they would run for it, and no second look at the path, which may be spelt in many ways. What none of them
 * would run gets no CORS. `isPublic` is asked of a route's own path, as the table writes it.
 */
export function publicCors(
  routers: readonly Pick<Router, 'match'>[],
  isPublic: (routePath: string) => boolean,
  allowed: readonly string[],
): Middleware {
  const answer = cors({
    origin: (ctx) => (allowed.includes('*') ? '*' : ctx.get('Origin')),
    allowMethods: ['GET', 'HEAD', 'POST'],
    allowHeaders: ['Content-Type'],
    exposeHeaders: ['Retry-After', 'X-Next', 'X-Latest'],
    maxAge: 600,
  });
  return async (ctx, next) => {
    const layers = routers.flatMap((router) => router.match(ctx.path, ctx.method).path);
    if (layers.length === 0 || !layers.every(({ path }) => isPublic(String(path)))) {
      await next();
      return;
    }
    if (!isOriginAllowed(ctx.req, allowed)) {
      throw new Problem(403, 'foreign_origin', 'this origin is not in ALLOWED_ORIGINS');
    }
    await answer(ctx, next);
  };
}

import { Router } from '@koa/router';
import type { Context, Next } from 'koa';
import { withTimeout } from '../store/with-timeout.ts';
import { readBody } from './bodies/read-body.ts';
import { limitKey } from './guards/address.ts';
import { bodyBudget } from './guards/body-budget.ts';
import { clientAddress } from './guards/client-address.ts';
import { Problem } from './problem.ts';
import type { Route } from './route.ts';

/** Bytes of bodies in memory at once. */
const bodies = { perCaller: 8 * 1_048_576, inAll: 16 * 1_048_576 };
/** Time limit of a handler, ms. */
const answerTimeoutMs = 30_000;

/** A router that serves the rows of a routes table. `before` runs first and may refuse the request by throwing. */
export function mountRoutes(
  routes: readonly Route[],
  options: {
    readonly trustProxy: number;
    readonly before?: (entry: Route, ctx: Context, next: Next) => Promise<void>;
  },
): Router {
  const { trustProxy, before = (_entry, _ctx, next) => next() } = options;
  const router = new Router();
  const budget = bodyBudget(bodies);
  for (const entry of routes) {
    router[entry.method](
      entry.path,
      (ctx, next) => before(entry, ctx, next),
      async (ctx) => {
        ctx.set('Cache-Control', 'no-store');
        const caller = limitKey(clientAddress(ctx.req, trustProxy));
        const share = budget.open(caller);
        const answer = entry.handle({
          params: ctx.params,
          query: ctx.query,
          bytes: () => readBody(ctx.req, share),
          release: share.release,
          caller,
          ctx,
        });
        try {
          ctx.body = await withTimeout(answerTimeoutMs, answer, timeout);
        } finally {
          share.release();
        }
      },
    );
  }
  return router;
}

const timeout = () => new Problem(503, 'timeout', 'no answer within 30 s', { 'Retry-After': '5' });

import { bodyParser } from '@koa/bodyparser';
import { Router } from '@koa/router';
import type { Context, Next } from 'koa';
import { withTimeout } from '../store/with-timeout.ts';
import { limitKey } from './guards/address.ts';
import { clientAddress } from './guards/client-address.ts';
import { parseJson } from './json-text.ts';
import { Problem } from './problem.ts';
import type { Route } from './route.ts';

const bodyLimit = '1mb';
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
  const text = bodyParser({
    enableTypes: ['text'],
    extendTypes: { text: ['application/json'] },
    textLimit: bodyLimit,
  });
  for (const entry of routes) {
    router[entry.method](
      entry.path,
      (ctx, next) => before(entry, ctx, next),
      text,
      async (ctx) => {
        ctx.set('Cache-Control', 'no-store');
        const answer = entry.handle({
          params: ctx.params,
          query: ctx.query,
          body: () => parseJson(typeof ctx.request.body === 'string' ? ctx.request.body : ''),
          caller: limitKey(clientAddress(ctx.req, trustProxy)),
          ctx,
        });
        ctx.body = await withTimeout(answerTimeoutMs, answer, timeout);
      },
    );
  }
  return router;
}

const timeout = () => new Problem(503, 'timeout', 'no answer within 30 s', { 'Retry-After': '5' });

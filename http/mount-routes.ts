import { bodyParser } from '@koa/bodyparser';
import { Router } from '@koa/router';
import type { Context, Next } from 'koa';
import { clientAddress, limitKey } from './guards/client-address.ts';
import { parseJson } from './json-text.ts';
import { Problem } from './problem.ts';
import type { Route } from './route.ts';

const bodyLimit = '1mb';
/** Longest that a handler may take, ms. */
const answerWithin = 30_000;

/** A router that answers the rows of a routes table; `before` is asked first whether a row may be. */
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
        ctx.body = await within(answer, answerWithin);
      },
    );
  }
  return router;
}

async function within<T>(work: Promise<T>, ms: number): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      reject(new Problem(503, 'timeout', 'no answer within 30 s', { 'Retry-After': '5' }));
    }, ms);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}

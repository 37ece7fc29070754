import type { Middleware } from 'koa';
import { send } from '@koa/send';
import { Problem } from '../problem.ts';

/**
 * Serves the built dashboard. Files under `assets/` carry a hash in their name and are kept for a year; all others
 * are asked for again each time. `name.br` and `name.gz` beside a file go to who accepts them.
 */
export function webPage(root: string): Middleware {
  return async (ctx, next) => {
    if (ctx.method !== 'GET' && ctx.method !== 'HEAD') {
      await next();
      return;
    }
    const isAsset = ctx.path.startsWith('/assets/');
    try {
      await send(ctx, ctx.path, {
        root,
        index: 'index.html',
        setHeaders: () => {
          ctx.set('Cache-Control', isAsset ? 'public, max-age=31536000, immutable' : 'no-cache');
          ctx.vary('Accept-Encoding');
        },
      });
    } catch (error) {
      const status = (error as { status?: unknown }).status;
      const code = (error as { code?: unknown }).code;
      if (status !== 404 && status !== 400 && status !== 403 && code !== 'ENOENT') throw error;
      if (ctx.path === '/') throw new Problem(404, 'not_built', 'the page is not built: npm ci builds it');
      await next();
      return;
    }
    if (ctx.fresh) ctx.status = 304;
  };
}

import Koa, { type Context } from 'koa';
import { adminLogin, hasSession } from './guards/admin-login.ts';
import { asyncApi } from './documents/asyncapi.ts';
import { cleanRequest } from './guards/clean-request.ts';
import { docs } from './documents/docs.ts';
import { fairGate } from './guards/fair-gate.ts';
import type { HttpDeps } from './http-deps.ts';
import { httpMetrics } from './http-metrics.ts';
import { openApi } from './documents/openapi.ts';
import { mountRoutes } from './mount-routes.ts';
import { withOneSlash } from './guards/one-slash.ts';
import { ownHost } from './guards/own-host.ts';
import { privileged, refuseForms } from './guards/privileged.ts';
import { Problem } from './problem.ts';
import { problems } from './problems.ts';
import { rootFrom } from './root-from.ts';
import { publicCors } from './guards/public-cors.ts';
import type { Route } from './route.ts';
import { analyzeRoutes } from './routes/analyze.ts';
import { candleCompleteRoutes } from './routes/candle-complete.ts';
import { candleRoutes } from './routes/candles.ts';
import { loginLinkRoutes } from './routes/login-link.ts';
import { marketRoutes } from './routes/market.ts';
import { operationRoutes } from './routes/operations.ts';
import { performanceRoutes } from './routes/performance.ts';
import { queueRoutes } from './routes/queue.ts';
import { symbolSearchRoutes } from './routes/symbol-search.ts';
import { signalRoutes } from './routes/signals.ts';
import { strategyRoutes } from './routes/strategies.ts';
import { securityHeaders } from './guards/security-headers.ts';
import { createSessions } from './guards/sessions.ts';
import { webPage } from './documents/web-page.ts';

/** The routes table. */
export function routesOf(deps: HttpDeps): Route[] {
  const analyses = fairGate({ atOnce: deps.options.analysesAtOnce ?? 2, perCaller: 8, maxWaiting: 64 });
  const searches = fairGate({ atOnce: 4, perCaller: 4, maxWaiting: 64 });
  const reads = fairGate({ atOnce: 8, perCaller: 64, maxWaiting: 512 });
  return [
    ...analyzeRoutes(deps, analyses),
    ...candleCompleteRoutes(deps, analyses),
    ...candleRoutes(deps, reads),
    ...marketRoutes(deps),
    ...symbolSearchRoutes(deps, searches),
    ...signalRoutes(deps, reads),
    ...strategyRoutes(deps, reads),
    ...performanceRoutes(deps, reads),
    ...queueRoutes(deps, reads),
    ...operationRoutes(deps),
    ...loginLinkRoutes(deps),
  ];
}

/** All REST routes, the API documents, the queue dashboard and the page. Owns no resource. */
export function createApp(deps: HttpDeps): Koa {
  const { options, keys } = deps;
  const routes = routesOf(deps);
  const sessions = createSessions(() => deps.clock.now());
  const isIn = hasSession(sessions);
  const guard = privileged({ keys });

  const app = new Koa();
  app.on('error', (error) => {
    if (!hasHungUp(error)) deps.onError(error);
  });
  app.use((ctx, next) => {
    // Before anything reads the path.
    ctx.url = withOneSlash(ctx.url);
    return next();
  });
  app.use(httpMetrics(deps.registry));
  app.use(securityHeaders());
  app.use(problems(deps.onError));
  app.use(cleanRequest());
  app.use(ownHost(options.trustProxy));

  const login = adminLogin({ sessions, keys, tokens: deps.tokens, trustProxy: options.trustProxy });
  app.use(login.routes());
  app.use(mountBoard(deps, privileged({ keys, hasSession: isIn }), isIn));

  const router = mountRoutes(routes, {
    trustProxy: options.trustProxy,
    before: async (entry, ctx, next) => {
      if (entry.privileged) await guard(ctx, next);
      else {
        refuseForms(ctx);
        await next();
      }
    },
  });
  for (const path of ['/ws', '/ws/signals']) {
    router.get(path, () => {
      throw new Problem(426, 'upgrade_required', 'this is a WebSocket: see /asyncapi.json', {
        Upgrade: 'websocket',
      });
    });
  }
  const documents = docs(openApi(routes, options.version), asyncApi(options.version));
  const privilegedPaths = new Set(routes.filter((entry) => entry.privileged).map(({ path }) => path));
  app.use(publicCors([router, documents], (path) => !privilegedPaths.has(path), options.allowedOrigins));
  app.use(router.routes());
  app.use(documents.routes());
  app.use(router.allowedMethods());
  app.use(webPage(options.webDist));
  return app;
}

/** Did the client disconnect before the end of a response? That is no error of ours. */
function hasHungUp(error: unknown): boolean {
  const { code = '' } = error as { code?: string };
  return ['ERR_STREAM_PREMATURE_CLOSE', 'ECONNRESET', 'EPIPE'].includes(code);
}

/** The queue dashboard behind its guard; a browser without a key is redirected to the login. */
function mountBoard(deps: HttpDeps, guard: Koa.Middleware, isIn: (ctx: Context) => boolean): Koa.Middleware {
  const path = '/admin/queues';
  const { queueBoard: board } = deps;
  return async (ctx, next) => {
    if (ctx.path !== path && !ctx.path.startsWith(`${path}/`)) {
      await next();
      return;
    }
    const wantsPage = ctx.method === 'GET' && ctx.accepts('json', 'html') === 'html';
    const hasKey = ctx.get('X-API-Key') !== '' || ctx.get('Authorization') !== '';
    if (wantsPage && !hasKey && !isIn(ctx)) {
      ctx.redirect(`${rootFrom(ctx.path)}admin/login`);
      return;
    }
    await guard(ctx, async () => {
      if (board === undefined) throw new Problem(404, 'not_found', 'there is no queue');
      await board(ctx, next);
    });
  };
}

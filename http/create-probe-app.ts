import Koa from 'koa';
import type { HttpDeps } from './http-deps.ts';
import { cleanRequest } from './guards/clean-request.ts';
import { httpMetrics } from './http-metrics.ts';
import { mountRoutes } from './mount-routes.ts';
import { ownHost } from './guards/own-host.ts';
import { problems } from './problems.ts';
import { operationRoutes } from './routes/operations.ts';
import { securityHeaders } from './guards/security-headers.ts';

/** `/health`, `/ready` and `/metrics` alone: of a process that serves no clients. */
export function createProbeApp(
  deps: Pick<HttpDeps, 'health' | 'ready' | 'registry' | 'keys' | 'onError'> & {
    readonly trustProxy: number;
  },
): Koa {
  const app = new Koa();
  app.on('error', deps.onError);
  app.use(httpMetrics(deps.registry));
  app.use(securityHeaders());
  app.use(problems(deps.onError));
  app.use(cleanRequest());
  app.use(ownHost(deps.trustProxy));
  const router = mountRoutes(operationRoutes(deps), deps);
  app.use(router.routes());
  app.use(router.allowedMethods());
  return app;
}

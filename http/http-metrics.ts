import type { Middleware } from 'koa';
import { Histogram, type Registry } from 'prom-client';

/** Counts and times requests by route (its pattern, never the path), method and status. */
export function httpMetrics(registry: Registry): Middleware {
  const seconds = new Histogram({
    name: 'anso_http_request_duration_seconds',
    help: 'Time to answer a request.',
    labelNames: ['route', 'method', 'status'],
    buckets: [0.001, 0.005, 0.02, 0.05, 0.1, 0.25, 1, 5, 30],
    registers: [registry],
  });
  return async (ctx, next) => {
    const stop = seconds.startTimer();
    try {
      await next();
    } finally {
      const route = typeof ctx['_matchedRoute'] === 'string' ? ctx['_matchedRoute'] : 'other';
      const method = ['GET', 'POST', 'HEAD', 'OPTIONS', 'PUT', 'DELETE'].includes(ctx.method)
        ? ctx.method
        : 'other';
      stop({ route, method, status: ctx.status });
    }
  };
}

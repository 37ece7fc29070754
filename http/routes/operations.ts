import { HealthAnswer, ReadyAnswer } from '../../schema/rest.ts';
import type { HttpDeps } from '../http-deps.ts';
import { route, type Route } from '../route.ts';

/** What a supervisor, a load balancer and Prometheus ask, of every process. */
export function operationRoutes(deps: Pick<HttpDeps, 'health' | 'ready' | 'registry'>): Route[] {
  return [
    route({
      method: 'get',
      path: '/health',
      tag: 'operations',
      summary: 'Liveness, with the state of each part',
      answers: {
        200: { description: 'The process works, whatever is wrong around it.', schema: HealthAnswer },
      },
      handle: () => ({ success: true, ...deps.health() }),
    }),
    route({
      method: 'get',
      path: '/ready',
      tag: 'operations',
      summary: 'Whether to send traffic',
      answers: {
        200: { description: 'Store and feed work.', schema: ReadyAnswer },
        503: { description: 'What is missing.', schema: ReadyAnswer },
      },
      handle: async ({ ctx }) => {
        const answer = await deps.ready();
        ctx.status = answer.ready ? 200 : 503;
        return { success: answer.ready, ...answer };
      },
    }),
    route({
      method: 'get',
      path: '/metrics',
      tag: 'operations',
      summary: 'Prometheus metrics',
      answers: { 200: { description: 'Prometheus text.', types: ['text/plain'] } },
      handle: async ({ ctx }) => {
        ctx.set('Content-Type', deps.registry.contentType);
        return await deps.registry.metrics();
      },
    }),
  ];
}

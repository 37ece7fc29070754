import { HealthAnswer, ReadyAnswer } from '../../schema/rest.ts';
import type { HttpDeps } from '../http-deps.ts';
import { route, type Route } from '../route.ts';
import { withoutAddresses } from '../without-addresses.ts';

const forStrangers =
  'Hosts, ports and paths of what is behind this server are told to clients with an API key alone.';

/** What a supervisor, a load balancer and Prometheus ask, of every process. */
export function operationRoutes(deps: Pick<HttpDeps, 'health' | 'ready' | 'registry' | 'keys'>): Route[] {
  return [
    route({
      method: 'get',
      path: '/health',
      tag: 'operations',
      summary: 'Liveness, with the state of each part',
      description: forStrangers,
      answers: {
        200: { description: 'The process works, whatever is wrong around it.', schema: HealthAnswer },
      },
      handle: ({ ctx }) => {
        const { parts, ...answer } = deps.health();
        const told = deps.keys.holdsKey(ctx.req) ? parts : withoutAddresses(parts);
        return { success: true, ...answer, parts: told };
      },
    }),
    route({
      method: 'get',
      path: '/ready',
      tag: 'operations',
      summary: 'Whether to send traffic',
      description: forStrangers,
      answers: {
        200: { description: 'Store and feed work.', schema: ReadyAnswer },
        503: { description: 'What is missing.', schema: ReadyAnswer },
      },
      handle: async ({ ctx }) => {
        const { ready, reasons, ...more } = await deps.ready();
        ctx.status = ready ? 200 : 503;
        const told = deps.keys.holdsKey(ctx.req) ? reasons : withoutAddresses(reasons);
        return { success: ready, ready, reasons: told, ...more };
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

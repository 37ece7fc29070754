import { QueueAnswer } from '../../schema/rest.ts';
import type { FairGate } from '../guards/fair-gate.ts';
import type { HttpDeps } from '../http-deps.ts';
import { route, type Route } from '../route.ts';

/** How the posts stand. */
export function queueRoutes(deps: Pick<HttpDeps, 'queue'>, gate: FairGate): Route[] {
  return [
    route({
      method: 'get',
      path: '/api/signals/queue',
      tag: 'operations',
      summary: 'Posts that wait, run and failed',
      bounded: gate.run,
      answers: { 200: { description: 'The counts of the queue.', schema: QueueAnswer } },
      handle: async () => ({ success: true, ...(await deps.queue()) }),
    }),
  ];
}

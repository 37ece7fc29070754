import { QueueAnswer } from '../../schema/rest.ts';
import type { FairGate } from '../guards/fair-gate.ts';
import type { HttpDeps } from '../http-deps.ts';
import { route, type Route } from '../route.ts';
import { withoutAddresses } from '../without-addresses.ts';

/** How the posts stand. */
export function queueRoutes(deps: Pick<HttpDeps, 'queue' | 'keys'>, gate: FairGate): Route[] {
  return [
    route({
      method: 'get',
      path: '/api/signals/queue',
      tag: 'operations',
      summary: 'Posts that wait, run and failed',
      description: 'Hosts, ports and paths in errors are told to clients with an API key alone.',
      bounded: gate.run,
      answers: { 200: { description: 'The counts of the queue.', schema: QueueAnswer } },
      handle: async ({ ctx }) => {
        const answer = await deps.queue();
        return { success: true, ...(deps.keys.holdsKey(ctx.req) ? answer : withoutAddresses(answer)) };
      },
    }),
  ];
}

import { StrategiesAnswer } from '../../schema/strategies/listed-strategies.ts';
import type { FairGate } from '../guards/fair-gate.ts';
import type { HttpDeps } from '../http-deps.ts';
import { route, type Route } from '../route.ts';

/** Which rules there are, and what each decides on. */
export function strategyRoutes(deps: Pick<HttpDeps, 'strategies'>, gate: FairGate): Route[] {
  return [
    route({
      method: 'get',
      path: '/strategies',
      tag: 'signals',
      summary: 'Strategies, and their assignments to symbols and timeframes',
      description:
        'An assignment is a strategy with its parameters on symbols and timeframes. `shadow`: its signals are followed and judged, ' +
        'never broadcast nor posted; `paper`: broadcast to whoever names the assignment; `live`: broadcast to all and posted to `channels`.',
      bounded: gate.run,
      answers: { 200: { description: 'All of them.', schema: StrategiesAnswer } },
      handle: async () => ({ success: true, ...(await deps.strategies()) }),
    }),
  ];
}

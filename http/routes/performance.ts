import { PerformanceAnswer, PerformanceQuery } from '../../schema/rest.ts';
import type { FairGate } from '../fair-gate.ts';
import type { HttpDeps } from '../http-deps.ts';
import { route, type Route } from '../route.ts';

/** How resolved signals did. */
export function performanceRoutes(deps: Pick<HttpDeps, 'performance'>, gate: FairGate): Route[] {
  return [
    route({
      method: 'get',
      path: '/performance',
      tag: 'signals',
      summary: 'How resolved signals did',
      query: PerformanceQuery,
      bounded: gate.run,
      answers: { 200: { description: 'Figures of resolved signals only.', schema: PerformanceAnswer } },
      handle: async ({ query }) => ({
        success: true,
        ...(await deps.performance(query.symbol, query.timeframe)),
      }),
    }),
  ];
}

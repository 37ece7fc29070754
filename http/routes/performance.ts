import { PerformanceAnswer, PerformanceQuery } from '../../schema/performance.ts';
import { ErrorAnswer } from '../../schema/rest.ts';
import { orSymbolNotFound } from '../or-not-found.ts';
import type { FairGate } from '../guards/fair-gate.ts';
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
      answers: {
        200: { description: 'Figures of resolved signals only.', schema: PerformanceAnswer },
        404: { description: 'Nobody has heard of this symbol.', schema: ErrorAnswer },
      },
      handle: async ({ query }) => ({
        success: true,
        ...orSymbolNotFound(await deps.performance(query.symbol, query.timeframe), query.symbol),
      }),
    }),
  ];
}

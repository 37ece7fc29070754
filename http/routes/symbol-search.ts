import { ErrorAnswer } from '../../schema/rest.ts';
import { SymbolSearchAnswer, SymbolSearchQuery } from '../../schema/symbol/found-symbol.ts';
import type { FairGate } from '../guards/fair-gate.ts';
import type { HttpDeps } from '../http-deps.ts';
import { route, type Route } from '../route.ts';

/** What can be watched. */
export function symbolSearchRoutes(deps: Pick<HttpDeps, 'searchSymbols'>, gate: FairGate): Route[] {
  return [
    route({
      method: 'get',
      path: '/symbols/search',
      tag: 'market',
      summary: "The provider's symbols by name, the best first",
      description:
        'Asks the provider within its credits; the same letters are asked once in six hours. A found symbol has prices and candles as soon as it is subscribed to on `/ws`; it is not analysed unless VISITORS_MAY_ADD says so.',
      query: SymbolSearchQuery,
      bounded: gate.run,
      answers: {
        200: { description: 'At most 30 symbols.', schema: SymbolSearchAnswer },
        403: { description: 'This server shows its own symbols alone.', schema: ErrorAnswer },
      },
      handle: async ({ query: { query }, caller }) => {
        const symbols = await deps.searchSymbols(query, caller);
        return { success: true, query, symbols, count: symbols.length };
      },
    }),
  ];
}

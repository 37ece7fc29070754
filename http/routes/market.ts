import { NewsAnswer, SymbolsAnswer } from '../../schema/rest.ts';
import type { HttpDeps } from '../http-deps.ts';
import { route, type Route } from '../route.ts';

/** What is watched, and what moves it. */
export function marketRoutes(deps: Pick<HttpDeps, 'news' | 'symbols'>): Route[] {
  return [
    route({
      method: 'get',
      path: '/symbols',
      tag: 'market',
      summary: 'Watched symbols with their last price',
      answers: { 200: { description: 'Every watched symbol.', schema: SymbolsAnswer } },
      handle: () => ({ success: true, symbols: deps.symbols() }),
    }),
    route({
      method: 'get',
      path: '/news',
      tag: 'market',
      summary: 'The economic calendar and the latest articles',
      answers: { 200: { description: 'As last read; `state` says how fresh.', schema: NewsAnswer } },
      handle: () => ({ success: true, ...deps.news() }),
    }),
  ];
}

import {
  PerformanceAnswer,
  PerformanceQuery,
  Trade,
  TradesAnswer,
  TradesQuery,
} from '../../schema/performance.ts';
import { csv } from '../documents/csv.ts';
import { orSymbolNotFound, symbolNotFound } from '../or-not-found.ts';
import type { FairGate } from '../guards/fair-gate.ts';
import type { HttpDeps } from '../http-deps.ts';
import { route, type Route } from '../route.ts';

const columns = Object.keys(Trade.shape) as readonly (keyof Trade)[];
/** Of one answer: about 3 MB of text. */
const mostTrades = 10_000;

/** How resolved signals did: figures, and the trades themselves. */
export function performanceRoutes(deps: Pick<HttpDeps, 'performance' | 'trades'>, gate: FairGate): Route[] {
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
        404: symbolNotFound,
      },
      handle: async ({ query }) => ({
        success: true,
        ...orSymbolNotFound(await deps.performance(query), query.symbol),
      }),
    }),
    route({
      method: 'get',
      path: '/performance/trades',
      tag: 'signals',
      summary: 'Resolved signals, one a row',
      description:
        `In the order of their ends, at most the latest ${mostTrades.toLocaleString('en')}; \`complete\`, in CSV the header ` +
        '`X-Complete`, is false where there are earlier ones. Void ones are among them, without a result.',
      query: TradesQuery,
      bounded: gate.run,
      answers: {
        200: { description: 'The trades.', schema: TradesAnswer, types: ['text/csv'] },
        404: symbolNotFound,
      },
      handle: async ({ query: { format, ...query }, ctx }) => {
        const found = orSymbolNotFound(await deps.trades(query, mostTrades + 1), query.symbol);
        const trades = found.slice(-mostTrades);
        const complete = trades.length === found.length;
        if (format === 'json') return { success: true, trades, count: trades.length, complete };
        ctx.type = 'text/csv; charset=utf-8';
        ctx.set('X-Complete', String(complete));
        return csv(
          columns,
          trades.map((trade) => columns.map((column) => cell(trade[column]))),
        );
      },
    }),
  ];
}

/** A yes or no is 1 or 0, as in the backtest's trades. */
const cell = (value: Trade[keyof Trade]) => (typeof value === 'boolean' ? Number(value) : value);

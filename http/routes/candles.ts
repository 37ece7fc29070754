import type { z } from 'zod';
import type { Candle } from '../../schema/candle.ts';
import {
  CandlesAnswer,
  CandlesQuery,
  ErrorAnswer,
  SymbolPath,
  type AnsweredCandle,
} from '../../schema/rest.ts';
import type { Timeframe } from '../../schema/timeframe.ts';
import { wireCandle } from '../../schema/wire-candle.ts';
import { orNotFound } from '../or-not-found.ts';
import { candlesCsv } from '../documents/candles-csv.ts';
import type { FairGate } from '../guards/fair-gate.ts';
import type { CandlePage, HttpDeps } from '../http-deps.ts';
import { route, type Route } from '../route.ts';

/** Closed candles, oldest first. */
export function candleRoutes(
  deps: Pick<HttpDeps, 'candles' | 'candlesBefore' | 'options'>,
  gate: FairGate,
): Route[] {
  return [
    route({
      method: 'get',
      path: '/candles/:symbol',
      tag: 'market',
      summary: 'Closed candles of a watched symbol, oldest first',
      params: SymbolPath,
      query: CandlesQuery,
      bounded: gate.run,
      answers: {
        200: {
          description: 'The last `outputsize` candles, or the last before a time.',
          schema: CandlesAnswer,
          types: ['text/csv'],
        },
        404: { description: 'The symbol is not watched, or the timeframe not kept.', schema: ErrorAnswer },
      },
      handle: async ({ params: { symbol }, query, ctx }) => {
        const interval = query.interval ?? deps.options.defaultTimeframe;
        const page = await pageOf(deps, { ...query, symbol, interval });
        if (query.format === 'json') {
          const candles = page.candles.map(answered);
          const { older, reason } = page;
          return {
            success: true,
            symbol,
            interval,
            candles,
            count: candles.length,
            ...(older !== undefined && { older }),
            ...(reason !== undefined && { older_reason: reason }),
            ...simulated(deps.options),
          };
        }
        ctx.type = 'text/csv; charset=utf-8';
        return candlesCsv(page.candles, deps.options.simulatedUntil);
      },
    }),
  ];
}

async function pageOf(
  deps: Pick<HttpDeps, 'candles' | 'candlesBefore'>,
  query: {
    readonly symbol: string;
    readonly interval: Timeframe;
    readonly outputsize: number;
    readonly before?: number | undefined;
  },
): Promise<Pick<CandlePage, 'candles'> & Partial<CandlePage>> {
  const { symbol, interval, outputsize, before } = query;
  if (before === undefined)
    return { candles: orNotFound(await deps.candles(symbol, interval, outputsize), symbol, interval) };
  const page = await deps.candlesBefore(symbol, interval, before * 1000, outputsize);
  return orNotFound(page, symbol, interval);
}

/** Until when candles are simulated history, in seconds as their times are. */
const simulated = ({ simulatedUntil }: HttpDeps['options']) =>
  simulatedUntil === undefined ? {} : { simulated_until: simulatedUntil / 1000 };

function answered(candle: Candle): z.infer<typeof AnsweredCandle> {
  const { time, ...rest } = wireCandle(candle);
  return { time, datetime: new Date(candle.openTime).toISOString(), ...rest };
}

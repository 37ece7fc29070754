import { requiredCandles } from '../../schema/posted-candles.ts';
import { CandleCompleteAnswer, CandleCompleteBody, NotClosedAnswer } from '../../schema/analyze.ts';
import type { FairGate } from '../guards/fair-gate.ts';
import type { HttpDeps } from '../http-deps.ts';
import { route, type Route } from '../route.ts';

/** Candles from an outside source enter the pipeline. */
export function candleCompleteRoutes(
  deps: Pick<HttpDeps, 'postCandles' | 'windows'>,
  gate: FairGate,
): Route[] {
  return [
    route({
      method: 'post',
      path: '/api/candle-complete',
      tag: 'pipeline',
      summary: 'A candle of an outside source has closed',
      description:
        'The last candle is taken as just closed and the posted candles as the window. Answers after the decision. ' +
        'The same close sent again (`repeated`), or one older than the last decided of its symbol and timeframe (`stale`), changes ' +
        'nothing: `decision` is then the last one. Candles whose spacing is not the timeframe are refused.',
      privileged: true,
      body: { schema: CandleCompleteBody, parse: deps.windows.candleComplete },
      bounded: gate.run,
      answers: {
        200: { description: 'Decided, or too few candles to decide.', schema: CandleCompleteAnswer },
        409: {
          description:
            '`not_closed`: the last candle closes more than 5 s ahead (`close_time`, and the time here as `now`, Unix ms). Nothing was decided: leave it out.',
          schema: NotClosedAnswer,
        },
      },
      handle: async ({ body }): Promise<CandleCompleteAnswer> =>
        'received' in body
          ? {
              success: false,
              status: 'insufficient_data',
              required: requiredCandles,
              received: body.received,
            }
          : { success: true, ...(await deps.postCandles(body)) },
    }),
  ];
}

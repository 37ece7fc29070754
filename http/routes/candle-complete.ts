import { requiredCandles } from '../../schema/posted-candles.ts';
import { CandleCompleteAnswer, CandleCompleteBody } from '../../schema/analyze.ts';
import type { FairGate } from '../guards/fair-gate.ts';
import type { HttpDeps } from '../http-deps.ts';
import { route, type Route } from '../route.ts';

/** Candles from an outside source enter the pipeline. */
export function candleCompleteRoutes(deps: Pick<HttpDeps, 'postCandles'>, gate: FairGate): Route[] {
  return [
    route({
      method: 'post',
      path: '/api/candle-complete',
      tag: 'pipeline',
      summary: 'A candle of an outside source has closed',
      description:
        'The last candle is taken as just closed and the posted candles as the window. Answers after the decision; ' +
        'the same close sent again changes nothing.',
      privileged: true,
      body: CandleCompleteBody,
      bounded: gate.run,
      // Before anything else: a source that warms up is told so, whatever else its body holds.
      early: tooFew,
      answers: {
        200: { description: 'Decided, or too few candles to decide.', schema: CandleCompleteAnswer },
      },
      handle: async ({ body }) => ({ success: true, ...(await deps.postCandles(body)) }),
    }),
  ];
}

function tooFew(body: unknown): CandleCompleteAnswer | undefined {
  const candles = (body as { candles?: unknown } | null)?.candles;
  if (!Array.isArray(candles) || candles.length >= requiredCandles) return undefined;
  return {
    success: false,
    status: 'insufficient_data',
    required: requiredCandles,
    received: candles.length,
  };
}

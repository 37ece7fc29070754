import { requiredCandles } from '../../schema/posted-candles.ts';
import { AnalyzeAnswer, AnalyzeBody } from '../../schema/analyze.ts';
import { ErrorAnswer, SymbolPath, TimeframeQuery } from '../../schema/rest.ts';
import type { FairGate } from '../guards/fair-gate.ts';
import type { HttpDeps } from '../http-deps.ts';
import { Problem } from '../problem.ts';
import { orNotFound } from '../or-not-found.ts';
import { route, type Route } from '../route.ts';

/** Analyses on demand: of posted candles, and of the live history. */
export function analyzeRoutes(
  deps: Pick<HttpDeps, 'analyse' | 'analyseLive' | 'options' | 'windows'>,
  gate: FairGate,
): Route[] {
  return [
    route({
      method: 'post',
      path: '/analyze',
      tag: 'analysis',
      summary: 'Analyse posted candles',
      description:
        'Pure: nothing is stored, broadcast or posted, no gate runs, the last 250 candles count; older ones, five days of them at least, teach the hours of the day.',
      body: { schema: AnalyzeBody, parse: deps.windows.analyze },
      bounded: gate.run,
      answers: {
        200: { description: 'The signal of those candles.', schema: AnalyzeAnswer },
      },
      handle: async ({ body }) => ({ success: true, ...(await deps.analyse(body)) }),
    }),
    route({
      method: 'get',
      path: '/analyze/:symbol',
      tag: 'analysis',
      summary: 'Analyse the live history of a watched symbol',
      params: SymbolPath,
      query: TimeframeQuery,
      bounded: gate.run,
      answers: {
        200: { description: 'The signal of the last 250 closed candles.', schema: AnalyzeAnswer },
        404: { description: 'The symbol is not watched, or the timeframe not kept.', schema: ErrorAnswer },
        409: { description: 'There are too few candles yet.', schema: ErrorAnswer },
      },
      handle: async ({ params, query }) => {
        const timeframe = query.timeframe ?? deps.options.defaultTimeframe;
        const answer = orNotFound(await deps.analyseLive(params.symbol, timeframe), params.symbol, timeframe);
        if (typeof answer !== 'number') return { success: true, ...answer };
        const have = `${answer} closed ${timeframe} candles of ${params.symbol}`;
        throw new Problem(409, 'insufficient_data', `there are ${have}, ${requiredCandles} are needed`);
      },
    }),
  ];
}

import { isUtf8 } from 'node:buffer';
import { AnalyzeBody, CandleCompleteBody } from '../../schema/analyze.ts';
import { requiredCandles } from '../../schema/posted-candles.ts';
import { Problem } from '../problem.ts';
import { parseJson } from './json-text.ts';

/** Fewer candles than an analysis needs: a source that is warming up. */
export interface TooFew {
  readonly received: number;
}

/** Bodies of candles to their values; both throw Problem 400 or ZodError. They take up to 50 ms: see `window-parser.ts`. */
export const parseWindow = {
  analyze: (bytes: Uint8Array): AnalyzeBody => AnalyzeBody.parse(jsonOf(bytes)),

  /** Too few candles come before all else that is wrong with a body. */
  candleComplete: (bytes: Uint8Array): CandleCompleteBody | TooFew => {
    const body = jsonOf(bytes);
    const candles = (body as { candles?: unknown } | null)?.candles;
    if (Array.isArray(candles) && candles.length < requiredCandles) return { received: candles.length };
    return CandleCompleteBody.parse(body);
  },
} as const;

/** A byte order mark at the start is left out. */
function jsonOf(bytes: Uint8Array): unknown {
  if (!isUtf8(bytes)) throw new Problem(400, 'bad_json', 'the body must be JSON: it is not UTF-8');
  return parseJson(new TextDecoder().decode(bytes));
}

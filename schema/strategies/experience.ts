import { z } from 'zod';
import { ExactNumber } from '../outside/exact-number.ts';
import type { Timeframe } from '../timeframe.ts';

/** `Experience` of models/odds/experience.ts, as it is stored and sent. */
export const Experience = z.strictObject({
  version: ExactNumber,
  direction: ExactNumber,
  neither: ExactNumber,
  directionWeight: ExactNumber,
  neitherWeight: ExactNumber,
  n: ExactNumber,
});
export type Experience = z.infer<typeof Experience>;

/** What is kept of an assignment's experience on a symbol's candles. */
export interface KeptExperience {
  readonly timeframe: Timeframe;
  /** @default the default one */
  readonly assignment?: string;
  /** Undefined before its first candidate has come to its end. */
  readonly experience?: Experience | undefined;
  /** The candidates whose horizon is not over, as `candidateText` of operators/analysis writes them. */
  readonly candidates?: string | undefined;
}

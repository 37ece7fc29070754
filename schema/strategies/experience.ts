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
  /** How far its candidates were followed; undefined where none were kept. */
  readonly following?: Following | undefined;
  /** Those candidates: base64 of the bytes of `candidateText` of operators/analysis, one after the other. */
  readonly candidates?: string | undefined;
}

/** How far a rule's candidates were followed on a symbol's candles. Times Unix ms. */
export const Following = z.strictObject({
  /** Changes whenever what is kept of a candidate means something else. */
  version: z.number(),
  /** Close of the last candle that was seen. */
  until: z.number(),
  /** Candidates of before it were given up: nobody has seen all their candles. Null: none was. */
  since: z.number().nullable(),
  /** How many bars apart the candidates of a horizon are, and how many closes ago the last was taken. */
  taken: z.array(z.tuple([z.number(), z.number()])).readonly(),
});
export type Following = z.infer<typeof Following>;

/** What a close has changed of the candidates that are followed. */
export interface FollowedChange {
  readonly following: Following;
  /** Now and then: those that are over may be forgotten. */
  readonly isSwept: boolean;
  /** Taken at this close, or known now for what they have come to. `text` by `candidateText`; times Unix ms. */
  readonly changed: readonly { readonly from: number; readonly expiresAt: number; readonly text: string }[];
}

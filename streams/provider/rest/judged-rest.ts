import { BadAnswerError, ProviderError } from './parse-time-series.ts';
import type { TwelveDataRest } from './twelvedata-rest.ts';

export interface RestJudge {
  /** Bars came. */
  readonly onUseful: () => void;
  /** What came was of no use, whatever was asked. */
  readonly onUseless: (error: Error) => void;
}

/** The provider's own word on what was asked: no fault of its REST. */
const aboutTheQuestion = new Set([400, 404, 414, 429]);

/** The provider's REST, with a note of when it was last of use. */
export function judgedRest({ onUseful, onUseless }: RestJudge, inner: TwelveDataRest): TwelveDataRest {
  return {
    timeSeries: async (query) => {
      try {
        const bars = await inner.timeSeries(query);
        onUseful();
        return bars;
      } catch (error) {
        if (isUseless(error)) onUseless(error);
        throw error;
      }
    },
  };
}

const isUseless = (error: unknown): error is Error =>
  error instanceof BadAnswerError || (error instanceof ProviderError && !aboutTheQuestion.has(error.code));

import { BadAnswerError, ProviderError } from '../../streams/provider/rest/parse-time-series.ts';
import type { TwelveDataRest } from '../../streams/provider/rest/twelvedata-rest.ts';
import type { Achieved } from '../achieved.ts';

/** The provider's own word on what was asked: no fault of its REST. */
const aboutTheQuestion = new Set([400, 404, 414, 429]);

/** The provider's REST, with a note of when it was last of use. */
export function judgedRest(
  { did, rest }: Pick<Achieved, 'did' | 'rest'>,
  inner: TwelveDataRest,
): TwelveDataRest {
  return {
    timeSeries: async (query) => {
      try {
        const bars = await inner.timeSeries(query);
        did('rest');
        Object.assign(rest, { failures: 0, lastFailure: undefined });
        return bars;
      } catch (error) {
        if (isUseless(error))
          Object.assign(rest, { failures: rest.failures + 1, lastFailure: error.message });
        throw error;
      }
    },
  };
}

const isUseless = (error: unknown): error is Error =>
  error instanceof BadAnswerError || (error instanceof ProviderError && !aboutTheQuestion.has(error.code));

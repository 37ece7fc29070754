import { describe, expect, it } from 'vitest';
import { askAgainAfter } from '../../../../streams/provider/rest/ask-again.ts';
import { DayExhaustedError } from '../../../../streams/provider/rest/credit-budget.ts';
import { BadAnswerError, ProviderError } from '../../../../streams/provider/rest/parse-time-series.ts';

describe('askAgainAfter', () => {
  const minute = 60_000;
  it('waits longer after each failure, up to ten minutes', () => {
    const waits = [1, 2, 9, 10, 50].map((attempt) => askAgainAfter(new BadAnswerError('?'), attempt));
    expect(waits.map((ms) => ms / minute)).toEqual([1, 2, 9, 10, 10]);
  });

  it.each([400, 401, 403, 404])('asks hourly for what is refused with %i, first and last', (code) => {
    for (const attempt of [1, 9])
      expect(askAgainAfter(new ProviderError(code, 'no'), attempt)).toBe(60 * minute);
  });

  it('takes neither an outage nor a busy minute for a refusal', () => {
    for (const code of [429, 500, 503]) expect(askAgainAfter(new ProviderError(code, 'no'), 1)).toBe(minute);
  });

  it('waits for the next day where this one is used up', () => {
    expect(askAgainAfter(new DayExhaustedError(86_400_000, 80_000_000), 1)).toBe(6_405_000);
  });
});

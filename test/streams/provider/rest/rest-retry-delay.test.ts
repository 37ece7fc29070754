import { describe, expect, it } from 'vitest';
import { restRetryDelay } from '../../../../streams/provider/rest/rest-retry-delay.ts';
import { DayExhaustedError } from '../../../../streams/provider/rest/credit-budget.ts';
import { BadAnswerError, ProviderError } from '../../../../streams/provider/rest/parse-time-series.ts';

describe('restRetryDelay', () => {
  const minute = 60_000;
  it('waits longer after each failure, up to ten minutes', () => {
    const waits = [1, 2, 9, 10, 50].map((attempt) => restRetryDelay(new BadAnswerError('?'), attempt));
    expect(waits.map((ms) => ms / minute)).toEqual([1, 2, 9, 10, 10]);
  });

  it.each([400, 401, 403, 404])('retries hourly after a refusal with %i, at any attempt', (code) => {
    for (const attempt of [1, 9])
      expect(restRetryDelay(new ProviderError(code, 'no'), attempt)).toBe(60 * minute);
  });

  it('treats neither an outage nor an exhausted minute as a refusal', () => {
    for (const code of [429, 500, 503]) expect(restRetryDelay(new ProviderError(code, 'no'), 1)).toBe(minute);
  });

  it('waits for the next day where the credits of this one are used up', () => {
    expect(restRetryDelay(new DayExhaustedError(86_400_000, 80_000_000), 1)).toBe(6_405_000);
  });
});

import { describe, expect, it } from 'vitest';
import { type AnswersOptions, createAnswers } from '../../app/answers.ts';

/** The answers of a server that watches BTCUSD, has been posted US30, and once decided on AAPL. */
const { signals, performance } = createAnswers({
  market: {
    isWatched: (symbol: string) => symbol === 'BTCUSD',
    isPosted: (symbol: string) => symbol === 'US30',
  },
  store: {
    signals: {
      list: () => Promise.resolve({ signals: [], next: null }),
      knows: (symbol: string) => Promise.resolve(symbol === 'AAPL'),
      resolved: () => Promise.resolve([]),
      open: () => Promise.resolve([]),
    },
    shadow: { resolved: () => Promise.resolve([]) },
  },
} as unknown as AnswersOptions);

describe('a symbol without signals', () => {
  it.each(['BTCUSD', 'US30', 'AAPL', undefined])(
    'that the server knows has an empty list: %s',
    async (symbol) => {
      expect(await signals.list({ symbol, limit: 10 })).toEqual([]);
      expect(await performance(symbol, undefined)).toMatchObject({ open: 0 });
    },
  );

  it('that nobody has heard of is unknown', async () => {
    expect(await signals.list({ symbol: 'NOSUCH', limit: 10 })).toBe('symbol_unknown');
    expect(await performance('NOSUCH', undefined)).toBe('symbol_unknown');
  });
});

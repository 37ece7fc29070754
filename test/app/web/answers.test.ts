import { describe, expect, it } from 'vitest';
import type { Analysis } from '../../../app/ingest/analysis.ts';
import { type AnswersOptions, createAnswers } from '../../../app/web/answers.ts';
import type { Context } from '../../../app/context.ts';
import type { Ingest } from '../../../app/ingest/ingest.ts';
import { localMarket } from '../../../app/web/local-market.ts';
import type { Store } from '../../../store/open-store.ts';
import { parseConfig } from '../../../config.ts';

/** The answers of a server that watches BTCUSD, has been posted US30, and once decided on AAPL. */
const { signals, performance, trades } = createAnswers({
  market: {
    isWatched: (symbol: string) => symbol === 'BTCUSD',
    isPosted: (symbol: string) => symbol === 'US30',
  },
  store: {
    signals: {
      list: () => Promise.resolve({ signals: [], next: null }),
      knows: (symbol: string) => Promise.resolve(symbol === 'AAPL'),
      outcomes: () => Promise.resolve([]),
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
      expect(await performance({ symbol })).toMatchObject({ open: 0 });
    },
  );

  it('that nobody has heard of is unknown', async () => {
    expect(await signals.list({ symbol: 'NOSUCH', limit: 10 })).toBe('symbol_unknown');
    expect(await performance({ symbol: 'NOSUCH' })).toBe('symbol_unknown');
    expect(await trades({ symbol: 'NOSUCH' }, 1)).toBe('symbol_unknown');
  });
});

describe('a live analysis', () => {
  it('is not made of what the store has while the symbol is being restored', async () => {
    const stored = Array.from({ length: 250 }, (_, i) => ({ openTime: i, closeTime: i + 1 }));
    const store = { candles: { latest: () => Promise.resolve(stored) } };
    const ingest = {
      provider: {
        watchList: { current: () => new Set(['BTCUSD']) },
        search: { find: () => Promise.resolve([]) },
      },
      symbols: { status: {}, histories: new Map(), outside: { has: () => false } },
    };
    const { analyseLive, candles } = createAnswers({
      config: { TIMEFRAMES: ['1h'] },
      market: localMarket(
        { config: parseConfig({}), assignments: {} } as Context,
        store as unknown as Store,
        { analyserOf: () => () => Promise.reject(new Error('analysed')) } as unknown as Analysis,
        ingest as unknown as Ingest,
      ),
      analyserOf: () => () => Promise.reject(new Error('analysed')),
    } as unknown as AnswersOptions);
    expect(await candles('BTCUSD', '1h', 250)).toHaveLength(250);
    expect(await analyseLive('BTCUSD', '1h')).toBe(0);
  });
});

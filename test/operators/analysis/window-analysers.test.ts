import { describe, expect, it } from 'vitest';
import type { AnalyseOptions } from '../../../models/decision/analyse.ts';
import { UNTAUGHT } from '../../../operators/signals/outcomes/learning-book.ts';
import { createWindowAnalysers, type Lane } from '../../../operators/analysis/window-analysers.ts';
import { candleColumnsOf } from '../../../operators/candles/candle-columns-of.ts';
import { candleAt, minute } from '../signals/signal-samples.ts';

/** Analysers whose numbers are never crunched, with what was asked of the pool. */
function start() {
  const asked: { lane: Lane; options: AnalyseOptions }[] = [];
  const taught = { ...UNTAUGHT, trades: 7 };
  const analysers = createWindowAnalysers({
    analyse: (_columns, options, lane) => {
      asked.push({ lane, options });
      return Promise.reject(new Error('not here'));
    },
    learning: { of: () => taught },
    spreads: { medianBps: (symbol) => (symbol === 'BTCUSD' ? 3 : undefined) },
    profiles: { of: () => Promise.resolve(undefined) },
    spreadBps: 1,
    minReward: 1.5,
    jumpStepOf: () => 0.25,
  });
  return { analysers, asked, taught };
}
const candle = candleAt(10 * minute, 100);
const { symbol, timeframe, closeTime } = candle;

describe('createWindowAnalysers', () => {
  it('analyses a live close on the live lane, with what is known of its symbol', async () => {
    const { analysers, asked } = start();
    await expect(analysers.live.analyse(candleColumnsOf([candle]), candle)).rejects.toThrow('not here');
    expect(asked).toMatchObject([
      { lane: { lane: 'live' }, options: { costBps: 3, minReward: 1.5, jumpStep: 0.25 } },
    ]);
  });

  it('knows a symbol’s spread where its feed shows one, else the configured one', () => {
    const { analysers, taught } = start();
    const own = analysers.of({ symbol, timeframe, closeTime });
    expect([own.options.costBps, own.learning]).toEqual([3, taught]);
    expect(analysers.of({ symbol: 'AAPL', timeframe, closeTime }).options.costBps).toBe(1);
  });

  it('knows nothing but the candles where no symbol is named, and asks as a request', async () => {
    const { analysers, asked } = start();
    const bare = analysers.of(null);
    expect(bare).toMatchObject({ options: { costBps: 1, minReward: 1.5 }, learning: UNTAUGHT });
    expect([bare.profileOf, bare.options.jumpStep]).toEqual([undefined, undefined]);
    await expect(bare.analyse(candleColumnsOf([candle]), {})).rejects.toThrow(Error);
    expect(asked).toMatchObject([{ lane: { lane: 'request' } }]);
  });
});

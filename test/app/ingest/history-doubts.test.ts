import { describe, expect, it } from 'vitest';
import { createMarkets } from '../../../app/markets.ts';
import { createSymbolStatus } from '../../../app/ingest/symbol-status.ts';
import { WatchedSymbol } from '../../../schema/rest.ts';
import { candleAt, decisionOf, minute } from '../../operators/signals/signal-samples.ts';

function open() {
  const status = createSymbolStatus({
    symbols: { histories: new Map(), stopped: new Map() },
    now: () => 0,
    markets: createMarkets({ alignment: 'utc', pairsNeverClose: true }),
    staleMs: 1,
    timeframes: ['1min'],
    pinned: new Set(),
    feedState: () => 'live',
  });
  return { status };
}

const broken = (kind: string, lineage = {}) => ({
  ...decisionOf('WAIT', minute),
  reasoning: 'Jump in the price at noon.',
  lineage: { ...lineage, discontinuity: { kind, bar: 3, size: 2.3 } },
});

describe('doubts of a history', () => {
  it('names a jump by timeframe while decisions find it', () => {
    const { status } = open();
    expect(status.describe('BTCUSD').history_doubts).toBeUndefined();
    status.doubts.decided(broken('step'));
    const told = status.describe('BTCUSD');
    expect(told.history_doubts).toEqual({ '1min': 'Jump in the price at noon.' });
    expect(WatchedSymbol.parse(told)).toEqual(told);
    expect(status.doubts.symbols()).toEqual(['BTCUSD']);
    status.doubts.decided(decisionOf('WAIT', 2 * minute));
    expect(status.describe('BTCUSD').history_doubts).toBeUndefined();
    expect(status.doubts.symbols()).toEqual([]);
  });

  it('is none of what the next candle settles, nor of posted candles, nor of a symbol forgotten', () => {
    const { status } = open();
    status.doubts.decided(broken('unconfirmed'));
    status.doubts.decided(broken('step', { source: 'posted' }));
    expect(status.doubts.symbols()).toEqual([]);
    status.doubts.decided(broken('print'));
    status.forget('BTCUSD');
    expect(status.doubts.symbols()).toEqual([]);
  });

  it('counts the bars that REST spoilt until they come whole', () => {
    const { status } = open();
    const filled = { timeframe: '1min', candles: [], empty: [] } as const;
    status.doubts.filled('BTCUSD', { ...filled, spoilt: [minute, 2 * minute] });
    expect(status.doubts.of('BTCUSD')?.['1min']).toMatch(/^2 candles left out.*1970-01-01T00:01:00/);
    status.doubts.filled('BTCUSD', { ...filled, candles: [candleAt(minute, 1)], spoilt: [] });
    expect(status.doubts.of('BTCUSD')?.['1min']).toMatch(/^1 candle left out.*1970-01-01T00:02:00/);
    status.doubts.filled('BTCUSD', { ...filled, candles: [candleAt(2 * minute, 1)], spoilt: [] });
    expect(status.doubts.of('BTCUSD')).toBeUndefined();
  });
});

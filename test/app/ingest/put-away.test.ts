import { describe, expect, it } from 'vitest';
import type { Context } from '../../../app/context.ts';
import { createAchieved } from '../../../app/achieved.ts';
import { parseConfig } from '../../../config.ts';
import { createMetrics } from '../../../app/metrics.ts';
import { createHistoryDoubts } from '../../../app/ingest/history-doubts.ts';
import { putAway } from '../../../app/ingest/put-away.ts';
import type { OpenSymbols } from '../../../app/ingest/open-symbols.ts';
import { RollingHistory } from '../../../operators/candles/rolling-history.ts';
import type { Assignment } from '../../../schema/strategies/assignment.ts';
import type { Candle } from '../../../schema/candle.ts';
import type { SymbolOutput } from '../../../streams/symbol/symbol-messages.ts';
import { anAssignment } from '../../support/assignments.ts';
import { candleAt, minute } from '../../operators/signals/signal-samples.ts';

const symbol = 'BTCUSD';
const start = 1000 * minute;

/** What becomes of one output. */
function put(
  output: SymbolOutput,
  timeframes = ['1min'],
  before = 249,
  followed = symbol,
  assignments = [anAssignment('regime')],
) {
  const stored: Candle[] = [];
  const shown: [Candle, boolean][] = [];
  const sent: (readonly Candle[])[] = [];
  const achieved = createAchieved();
  const history = new RollingHistory(symbol, '1min', 250);
  for (let i = before; i > 0; i--) history.push(candleAt(start - i * minute, 1));
  if (output.kind === 'market' && output.event.kind === 'candle') history.push(output.event.candle);
  putAway(
    output,
    {
      config: { ...parseConfig({ SYMBOLS: followed }), TIMEFRAMES: timeframes },
      metrics: createMetrics(),
      achieved,
      assignments: { of: () => assignments },
    } as unknown as Context,
    { candle: (one: Candle) => void stored.push(one), empty: () => {} },
    {
      histories: new Map([[symbol, new Map([['1min', history]])]]),
      status: { doubts: createHistoryDoubts() },
    } as unknown as OpenSymbols,
    { candle: (one, closed) => void shown.push([one, closed]) },
    () => Promise.resolve(),
    { publish: (candles) => sent.push(candles), close: () => {} },
  );
  return { stored, shown, sent, due: achieved.oldestDue() };
}
const closed = (candle: Candle, timely = true): SymbolOutput => ({
  kind: 'market',
  symbol,
  event: { kind: 'candle', candle, timely },
});

describe('putAway', () => {
  it('shows forming candles and keeps nothing of them', () => {
    const candles = [candleAt(0, 1), candleAt(0, 1, { timeframe: '5min' })];
    const edges = { firstTick: 0, lastTick: 0 };
    expect(put({ kind: 'market', symbol, event: { kind: 'forming', candles, edges } })).toEqual({
      stored: [],
      shown: candles.map((candle) => [candle, false]),
      sent: [],
    });
  });

  it('stores and shows a closed one, and sends the analyser what is news of its timeframes', () => {
    const candle = candleAt(start, 1);
    const { stored, shown, sent, due } = put(closed(candle));
    expect(due).toMatchObject({ symbol, timeframe: '1min', closeTime: candle.closeTime });
    expect(put(closed(candle, false)).due).toBeUndefined();
    expect(stored).toEqual([candle]);
    expect(shown).toEqual([[candle, true]]);
    expect(sent).toHaveLength(1);
    expect(sent[0]).toHaveLength(250);
    expect(sent[0]?.at(-1)).toMatchObject({ openTime: candle.openTime });
    expect(put(closed(candle), ['1min'], 248).sent).toEqual([]);
    expect(put(closed(candle, false)).sent).toEqual([]);
    expect(put(closed(candle), ['5min']).sent).toEqual([]);
    // It may post what it finds: of a visitor's symbol it hears nothing.
    expect(put(closed(candle), ['1min'], 249, 'ETHUSD').sent).toEqual([]);
  });

  it('waits for no decision where nobody is assigned, or has candles enough', () => {
    const candle = candleAt(start, 1);
    const dueTo = (over: Partial<Assignment>) =>
      put(closed(candle), ['1min'], 249, symbol, [anAssignment('a', over)]).due?.closeTime;
    expect(dueTo({})).toBe(candle.closeTime);
    expect(dueTo({ timeframes: ['1h'] })).toBeUndefined();
    expect(dueTo({ symbols: ['ETHUSD'] })).toBeUndefined();
    expect(dueTo({ bars: 251 })).toBeUndefined();
  });

  it('stores what REST filled in, and shows what it corrected', () => {
    const fresh = candleAt(0, 1, { source: 'rest' });
    const corrected = candleAt(minute, 1, { source: 'rest', revision: 1 });
    const filled = { timeframe: '1min', candles: [fresh, corrected], empty: [], spoilt: [] } as const;
    expect(put({ kind: 'backfilled', symbol, filled })).toEqual({
      stored: [fresh, corrected],
      shown: [[corrected, true]],
      sent: [],
    });
  });
});

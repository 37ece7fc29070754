import { describe, expect, it } from 'vitest';
import type { Decision } from '../../schema/signal.ts';
import type { ChartColours } from '../../web/src/chart/chart-colours.ts';
import { linePath } from '../../web/src/chart/line-path.ts';
import { withDrawdown } from '../../web/src/chart/with-drawdown.ts';
import { priceLines } from '../../web/src/chart/price-lines.ts';
import { leanOf, regimeSpans } from '../../web/src/chart/regimes.ts';
import { barTimeOf, signalMarkers } from '../../web/src/chart/signal-markers.ts';
import { fixtureDecision, fixtureSignal } from '../e2e/fixture.ts';

const colours: ChartColours = {
  panel: 'panel',
  ink: 'ink',
  faint: 'faint',
  rule: 'rule',
  amber: 'amber',
  up: 'up',
  down: 'down',
  calm: 'calm',
  lines: ['line'],
  face: 'face',
};
const minute = 60_000;

describe('signalMarkers', () => {
  const times = new Set([0, 60, 120]);
  const at = (id: string, bar: number, side: 'BUY' | 'SELL', end: 'open' | 'tp' | 'sl' | 'expired') =>
    fixtureSignal(id, 'BTCUSD', '1min', (bar + 1) * minute, side, 100, end);
  it('stand at the bar that made the signal, coloured by how it ended', () => {
    const signals = [at('c', 2, 'BUY', 'open'), at('b', 1, 'SELL', 'sl'), at('a', 0, 'BUY', 'tp')];
    expect(signalMarkers(signals, times, null, colours)).toMatchObject([
      { id: 'a', time: 0, color: 'up', shape: 'arrowUp', position: 'belowBar' },
      { id: 'b', time: 60, color: 'down', shape: 'arrowDown', position: 'aboveBar' },
      { id: 'c', time: 120, color: 'amber' },
    ]);
  });
  it('draw apart what no follower has, and name whose it is where it is selected', () => {
    const shadow = { ...at('a', 0, 'BUY', 'tp'), assignment: 'wide', mode: 'shadow' } as const;
    const other = { ...at('b', 1, 'SELL', 'sl'), assignment: 'other', mode: 'live' } as const;
    expect(signalMarkers([shadow, other], times, 'a', colours)).toMatchObject([
      { id: 'a', shape: 'circle', color: 'up', size: 1, text: 'BUY wide, shadow' },
      { id: 'b', shape: 'arrowDown', size: 1, text: '' },
    ]);
  });
  it('leave out what lies before the first bar', () => {
    expect(signalMarkers([at('old', 9, 'BUY', 'tp')], times, null, colours)).toEqual([]);
  });
});

describe('priceLines', () => {
  it('are entry, target and stop, and none for WAIT', () => {
    const sell = fixtureSignal('a', 'BTCUSD', '1min', minute, 'SELL', 100);
    expect(priceLines(sell, colours).map(({ title, price }) => [title, price])).toEqual([
      ['TP', sell.tp],
      ['SELL', 100],
      ['SL', sell.sl],
    ]);
    expect(priceLines(fixtureDecision('BTCUSD', '1min', minute), colours)).toEqual([]);
  });
});

describe('regimeSpans', () => {
  const decision = (bar: number, state: string, recent?: Decision['regime']['recent']) => {
    const made = fixtureDecision('BTCUSD', '1min', (bar + 1) * minute);
    const { recent: _, ...regime } = made.regime;
    return { ...made, regime: { ...regime, state, ...(recent === undefined ? {} : { recent }) } };
  };
  const times = [0, 60, 120, 180, 240];
  it('join bars of one regime, and stop where nobody judged', () => {
    const spans = regimeSpans(times, [decision(0, 'bull'), decision(1, 'bull'), decision(3, 'bull')]);
    expect(spans).toEqual([
      { from: 0, to: 60, state: 'bull' },
      { from: 180, to: 180, state: 'bull' },
    ]);
  });
  it('reach back over the bars a decision speaks of', () => {
    expect(
      regimeSpans(times, [
        decision(3, 'bear', [
          { state: 'bull', bars: 2 },
          { state: 'bear', bars: 1 },
        ]),
      ]),
    ).toEqual([
      { from: 60, to: 120, state: 'bull' },
      { from: 180, to: 180, state: 'bear' },
    ]);
  });
  it('take the open of the bar from its close', () => {
    expect(barTimeOf(decision(2, 'bull'))).toBe(120);
  });
  it.each([
    ['bullish', 'up'],
    ['bear', 'down'],
    ['range', 'calm'],
  ])('%s leans %s', (state, lean) => expect(leanOf(state)).toBe(lean));
});

describe('withDrawdown', () => {
  it('measures from the highest so far, the start included', () => {
    expect(withDrawdown([{ r: -1 }, { r: 2 }, { r: 0.5 }]).map(({ drawdown }) => drawdown)).toEqual([
      -1, 0, -1.5,
    ]);
  });
});

describe('linePath', () => {
  it('spans the width, top to bottom', () => {
    expect(linePath([0, 10], { width: 100, height: 50, top: 10, bottom: 0 })).toBe('M0.0 50.0L100.0 0.0');
  });
});

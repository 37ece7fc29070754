import { delay, map, of } from 'rxjs';
import { analyseCloses } from '../../../operators/analysis/analyse-closes.ts';
import { type Standing, signalChanges } from '../../../operators/signals/signal-changes.ts';
import type { SignalInput } from '../../../operators/signals/signal-input.ts';
import { signalLifecycle } from '../../../operators/signals/signal-lifecycle.ts';
import type { CandleEvent } from '../../../schema/market-event.ts';
import type { Signal, SignalType } from '../../../schema/signal.ts';
import type { Timeframe } from '../../../schema/timeframe.ts';
import { operatorContract } from '../../operator-contract.ts';
import {
  candleAt,
  candlesUntil,
  closeOf,
  decisionOf,
  deskOptions,
  minute,
  tickAt,
} from './signal-samples.ts';

const types: readonly SignalType[] = ['WAIT', 'BUY', 'BUY', 'WAIT', 'SELL', 'SELL', 'BUY', 'WAIT'];
/** A signal's standing without the rest of it. */
const standing = (type: SignalType, i: number): Standing => ({
  timeframe: '1min',
  decision: decisionOf(type, i * minute),
  signal: type === 'WAIT' ? null : ({ id: type } as Signal),
  columns: null,
});

operatorContract('signalChanges', { make: () => signalChanges(), inputs: types.map(standing) });

operatorContract('signalLifecycle', {
  make: (clock) => {
    const { now: _, ...options } = deskOptions(() => 0);
    return signalLifecycle({ clock, ...options });
  },
  inputs: Array.from({ length: 300 }, (_, i): SignalInput => {
    const at = (i + 1) * 30_000;
    if (i % 2 === 0) return tickAt(at, 100 + 3 * Math.sin(i / 3));
    return i % 31 === 0
      ? { kind: 'interruption', from: at - 10_000, to: at, reason: 'a test' }
      : closeOf(types[(i * 7) % 8]!, at);
  }),
  at: (_input, i) => (i + 1) * 30_000,
});

operatorContract('analyseCloses', {
  make: (clock) =>
    analyseCloses({
      clock,
      timeframes: ['1min', '5min'],
      windowOf: ({ closeTime, timeframe }) => candlesUntil(closeTime, 250, { timeframe }),
      analyse: (_columns, { closeTime }) =>
        of(closeTime).pipe(
          delay(90_000, clock),
          map(() => ({ decision: decisionOf('WAIT', closeTime), horizonBars: 24, cost: 0 })),
        ),
      openMillis: (from, to) => to - from,
    }),
  inputs: Array.from({ length: 60 }, (_, i): CandleEvent => {
    const timeframe: Timeframe = i % 5 === 4 ? '5min' : '1min';
    const open = timeframe === '5min' ? (i - 4) * minute : i * minute;
    return { kind: 'candle', candle: candleAt(open, 100, { timeframe }), timely: true };
  }),
  at: (_input, i) => (i + 1) * minute,
});

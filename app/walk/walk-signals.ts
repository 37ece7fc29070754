import type { OperatorFunction, SchedulerLike } from 'rxjs';
import { horizonEnd } from '../../operators/signals/outcomes/horizon-end.ts';
import type { SignalInput } from '../../operators/signals/signal-input.ts';
import { signalLifecycle } from '../../operators/signals/signal-lifecycle.ts';
import type { SignalEvent } from '../../schema/signal-event.ts';
import type { SymbolActorOptions } from '../../streams/symbol/symbol-actor.ts';
import type { Histories } from '../../streams/symbol/symbol-histories.ts';

export interface WalkSignalsOptions extends Pick<
  SymbolActorOptions,
  'marketOf' | 'gridOf' | 'jumpLimitsOf' | 'desk'
> {
  readonly clock: SchedulerLike;
  readonly histories: Histories;
}

/** The signals of a symbol on its way through the past: gates, state machine and outcomes of the live ones, from nothing on. */
export function walkSignals(
  symbol: string,
  { clock, histories, marketOf, gridOf, jumpLimitsOf, desk }: WalkSignalsOptions,
): OperatorFunction<SignalInput, SignalEvent> {
  const market = marketOf(symbol);
  return signalLifecycle({
    clock,
    symbol,
    ...desk,
    jumps: jumpLimitsOf(symbol),
    expiresAt: (timeframe, closeTime, bars) =>
      horizonEnd({ ...gridOf(symbol, timeframe), ...market }, closeTime, bars),
    candlesOf: (timeframe) => histories.get(timeframe)?.candles() ?? [],
  });
}

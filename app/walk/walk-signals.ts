import type { OperatorFunction, SchedulerLike } from 'rxjs';
import { horizonEnd } from '../../operators/signals/outcomes/horizon-end.ts';
import type { RestoredSignals, SignalInput } from '../../operators/signals/signal-input.ts';
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
  /** See SignalDeskOptions. @default nothing is on its way */
  readonly unsettledMs?: () => number;
  /** What was known of its signals before. @default nothing */
  readonly restored?: RestoredSignals;
}

/** The signals of a symbol on its way through the past: gates, state machine and outcomes of the live ones. */
export function walkSignals(
  symbol: string,
  { clock, histories, marketOf, gridOf, jumpLimitsOf, desk, unsettledMs, restored }: WalkSignalsOptions,
): OperatorFunction<SignalInput, SignalEvent> {
  const market = marketOf(symbol);
  return signalLifecycle({
    clock,
    symbol,
    ...desk,
    jumps: jumpLimitsOf(symbol),
    expiresAt: (timeframe, closeTime, bars) =>
      horizonEnd({ ...gridOf(symbol, timeframe), ...market }, closeTime, bars),
    ...(unsettledMs !== undefined && { unsettledMs }),
    ...(restored !== undefined && { restored }),
    candlesOf: (timeframe) => histories.get(timeframe)?.candles() ?? [],
  });
}

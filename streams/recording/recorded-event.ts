import type { Interruption } from '../provider/interruptions.ts';
import type { Undated } from './recorder.ts';
import type { SymbolOutput } from '../symbol/symbol-messages.ts';

/** The recorded form of an event, besides ticks, that candles and signals depend on. */
export function recordedEvent(
  event: Interruption | Extract<SymbolOutput, { kind: 'started' | 'repaired' | 'backfilled' }>,
): Undated {
  if (event.kind === 'started') return { kind: 'started', symbol: event.symbol };
  if (event.kind === 'interruption') return { ...event, to: event.to === Infinity ? null : event.to };
  if (event.kind === 'backfilled') {
    const { timeframe, candles, empty } = event.filled;
    return {
      kind: 'backfilled',
      symbol: event.symbol,
      timeframe,
      candles: [...candles],
      empty: [...empty],
    };
  }
  const { symbol, minutes } = event;
  return { ...minutes, symbol, bars: [...minutes.bars] };
}

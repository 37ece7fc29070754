import type { Interruption } from '../provider/interruptions.ts';
import type { Undated } from './recorder.ts';
import type { SymbolOutput } from '../symbol/symbol-messages.ts';

/** The recorded form of an event, besides ticks, that candles depend on. */
export function recordedEvent(
  event: Interruption | Extract<SymbolOutput, { kind: 'started' | 'repaired' }>,
): Undated {
  if (event.kind === 'started') return { kind: 'started', symbol: event.symbol };
  if (event.kind === 'interruption') return { ...event, to: event.to === Infinity ? null : event.to };
  const { symbol, minutes } = event;
  return { ...minutes, symbol, bars: [...minutes.bars] };
}

import type { Decision, Outcome, Signal } from '../../schema/signal.ts';
import { toWait } from './gates/apply-gate.ts';

const ways: { readonly [S in Outcome['status']]?: string } = {
  tp: 'at its take profit',
  sl: 'at its stop loss',
  reversed: 'with a call of the opposite',
  expired: 'with its horizon',
  void: 'as void',
};

/** The WAIT that follows the end of a signal, until the next close is analysed. */
export function afterEnd(signal: Signal, { status, reason }: Outcome, latest: Decision): Decision {
  const way = ways[status] ?? status;
  const how = reason === undefined ? way : `${way}: ${reason}`;
  const why = `The ${signal.signal_type} at ${signal.entry} has ended ${how}.`;
  const wait = toWait(latest, latest.signal_type === 'WAIT' ? `${why} ${latest.reasoning}` : why);
  // Whoever was told of the signal is told of its end, whatever has become of its assignment.
  return signal.mode === undefined ? wait : { ...wait, mode: signal.mode };
}

import type { DeliveryState, GateVerdict, Signal, SignalStatus } from '../../../schema/signal.ts';
import { formatR } from './price.ts';

export const statusWords: Readonly<Record<SignalStatus, string>> = {
  open: 'Open',
  tp: 'Take profit',
  sl: 'Stop loss',
  reversed: 'Reversed',
  expired: 'Expired',
  void: 'Void',
};

export const gateWords: Readonly<Record<GateVerdict['gate'], string>> = {
  data_quality: 'Data quality',
  news: 'News',
  risk: 'Risk limits',
  channel: 'Channels',
};

export const deliveryWords: Readonly<Record<DeliveryState, string>> = {
  queued: 'Queued',
  sending: 'Sending',
  delivered: 'Delivered',
  failed: 'Failed',
  parked: 'Parked: it may have arrived, so it is not sent again',
  expired: 'Expired before it could be sent',
  superseded: 'Superseded: no longer worth sending',
};

/** A signal's status as short text: `Open`, `Take profit +1.50 R`. */
export const outcomeWords = ({ status, outcome }: Signal): string =>
  outcome === null || outcome.r === null
    ? statusWords[status]
    : `${statusWords[status]} ${formatR(outcome.r)}`;

/** The colour of an outcome: won, lost, still open, or ended without a verdict of the levels. */
export function toneOf(signal: Signal): 'open' | 'won' | 'lost' | 'even' {
  if (signal.status === 'open') return 'open';
  if (signal.status === 'tp') return 'won';
  return signal.status === 'sl' ? 'lost' : 'even';
}

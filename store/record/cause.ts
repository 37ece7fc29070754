import type { SignalEvent } from '../../schema/signal-event.ts';
import type { Signal } from '../../schema/signal.ts';
import type { SignalLogFrame } from '../../schema/wire.ts';

/** The events of one tick or close, and where they are to be posted. */
export interface Cause {
  readonly events: readonly SignalEvent[];
  /** Channels that get signals, and those that are told how signals end. */
  readonly channels: readonly string[];
  readonly endChannels: readonly string[];
}

export interface Recorded {
  /** To broadcast, in this order, now that they are committed. */
  readonly frames: SignalLogFrame[];
  /** New signals, to be queued for their channels. Those whose id was known are not here. */
  readonly opened: Signal[];
  /** Signals whose end is to be posted: queue it for the channels of their `end_deliveries`. */
  readonly ended: Signal[];
}

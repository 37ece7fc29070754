import type { GateVerdict, Signal } from '../../../schema/signal.ts';
import { ownerOf } from '../../../schema/strategies/assignment.ts';

/** Where an entry would be posted. */
export interface EntryChannels {
  readonly all: readonly string[];
  /** The signal of another assignment that the followers of a channel have open, in the same symbol and timeframe. */
  readonly takenBy: (channel: string) => Signal | undefined;
}

export interface ChannelVerdict {
  /** Null where there is nothing to say: no channel is taken. */
  readonly verdict: GateVerdict | null;
  /** The channels that are free. */
  readonly free: readonly string[];
}

/**
 * Followers of a channel have one idea a symbol and timeframe. An entry goes to those of its channels where no other assignment has a
 * signal open, and is refused where there is none left.
 */
export function channelGate({ all, takenBy }: EntryChannels): ChannelVerdict {
  const taken = all.flatMap((channel) => {
    const signal = takenBy(channel);
    return signal === undefined ? [] : { channel, signal };
  });
  if (taken.length === 0) return { verdict: null, free: all };
  const free = all.filter((channel) => !taken.some((one) => one.channel === channel));
  const who = taken
    .map(
      ({ channel, signal }) => `${ownerOf(signal).assignment} has a ${signal.signal_type} open on ${channel}`,
    )
    .join(', ');
  const passed = free.length > 0;
  return {
    verdict: { gate: 'channel', passed, reason: passed ? `posted to ${free.join(', ')} alone: ${who}` : who },
    free,
  };
}

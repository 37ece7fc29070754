import type { Signal } from '../schema/signal.ts';
import type { SignalEvent } from '../schema/signal-event.ts';
import type { Broadcast } from './feeds/broadcast.ts';
import type { StoreWriter } from './writer/store-writer.ts';

export interface CommitSignalsOptions {
  readonly writer: Pick<StoreWriter, 'record'>;
  readonly broadcast: Pick<Broadcast, 'committed'>;
  readonly posts: {
    /** Channels that get signals, and those of them that are told how signals end. */
    readonly channels: readonly string[];
    readonly endChannels: readonly string[];
    readonly enqueue: (signals: readonly Signal[]) => Promise<void>;
  };
  /** The events are in the store, and their frames are sent; nothing is queued yet. */
  readonly onCommitted: (events: readonly SignalEvent[]) => void;
}

/**
 * The way of the signal events of one cause: stored first, broadcast and queued once they are committed. Rejects where they were
 * not stored, or with what `onCommitted` threw.
 */
export function commitSignals(
  options: CommitSignalsOptions,
): (events: readonly SignalEvent[]) => Promise<void> {
  const { writer, broadcast, posts, onCommitted } = options;
  return async (events) => {
    const { frames, opened, ended } = await writer.record(events, posts.channels, posts.endChannels);
    broadcast.committed(frames);
    onCommitted(events);
    await posts.enqueue([...ended, ...opened]);
  };
}

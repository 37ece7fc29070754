import { retention } from '../../sinks/writer/retention.ts';
import { storeWriter, type StoreWriter } from '../../sinks/writer/store-writer.ts';
import type { Store } from '../../store/open-store.ts';
import type { Context } from '../context.ts';
import type { Storage } from '../storage.ts';

/** The storage of whoever writes to it: one ingest at a time. */
export interface WrittenStorage extends Storage {
  readonly writer: StoreWriter;
}

/** The way into the store, and what is forgotten of it with time. */
export function openWriter({ config, log, now, wall, own }: Context, store: Store): StoreWriter {
  const writer = storeWriter({ store, log });
  // What has lost its place has nothing to wait for.
  own({ close: () => writer.close(store.term.current() === undefined ? 0 : undefined) });
  const forgetting = retention({ store, timeframes: config.TIMEFRAMES, clock: wall, now, log });
  own({ close: () => forgetting.unsubscribe() });
  return writer;
}

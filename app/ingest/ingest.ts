import type { StoreWriter } from '../../sinks/writer/store-writer.ts';
import type { Analysis } from './analysis.ts';
import type { Context } from '../context.ts';
import { openWriter } from './open-writer.ts';
import { createPostedCloses, type PostedCloses } from './posted-closes.ts';
import type { Storage } from '../storage.ts';
import { openSymbols, type Symbols } from './symbols.ts';
import { openUpstream, type Upstream } from './upstream.ts';

/** The storage of whoever writes to it: one ingest at a time. */
export interface WrittenStorage extends Storage {
  readonly writer: StoreWriter;
}

/** What turns the provider's ticks into candles and signals. */
export interface Ingest {
  readonly storage: WrittenStorage;
  readonly upstream: Upstream;
  readonly symbols: Symbols;
  readonly posted: PostedCloses;
  /** The market's time, Unix ms; undefined while it is not known. */
  readonly now: () => number | undefined;
}

/** The provider's feed, an actor a symbol, and the way into the store. Nothing flows until `runIngest`. */
export function openIngest(context: Context, storage: Storage, analysis: Analysis): Ingest {
  const written = { ...storage, writer: openWriter(context, storage.store) };
  const upstream = openUpstream(context, analysis);
  return {
    storage: written,
    upstream,
    symbols: openSymbols(context, written, analysis, upstream),
    posted: createPostedCloses({ clock: context.steady }),
    now: () => (context.isTimeKnown() ? context.now() : undefined),
  };
}

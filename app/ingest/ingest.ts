import type { Provider } from '../../streams/provider/open-provider.ts';
import { pastCandles, type PastCandles } from '../../streams/symbol/past-candles.ts';
import type { Analysis } from './analysis.ts';
import type { Context } from '../context.ts';
import { type News, openNews } from './news.ts';
import { type OpenSymbols, openSymbols } from './open-symbols.ts';
import { openWriter, type WrittenStorage } from './open-writer.ts';
import { createPostedCloses, type PostedCloses } from './posted-closes.ts';
import type { Storage } from '../storage.ts';
import { openUpstream } from './upstream.ts';

/** What turns the provider's ticks into candles and signals. */
export interface Ingest {
  readonly storage: WrittenStorage;
  readonly provider: Provider;
  readonly news: News;
  readonly symbols: OpenSymbols;
  readonly posted: PostedCloses;
  /** The provider's candles from before the stored ones, for charts. */
  readonly past: PastCandles;
  /** The market's time, Unix ms; undefined while it is not known. */
  readonly now: () => number | undefined;
}

/** The provider's feed, an actor a symbol, and the way into the store. Nothing flows until `runIngest`. */
export function openIngest(context: Context, storage: Storage, analysis: Analysis): Ingest {
  const written = { ...storage, writer: openWriter(context, storage.store) };
  const provider = openUpstream(context, analysis);
  const news = openNews(context);
  return {
    storage: written,
    provider,
    news,
    symbols: openSymbols(context, written, analysis, provider, news),
    posted: createPostedCloses({ clock: context.steady }),
    past: context.own(
      pastCandles({ ...context.markets, clock: context.steady, ask: provider.rest.timeSeries }),
    ),
    now: () => (context.time.isKnown() ? context.now() : undefined),
  };
}

import type { RestBars } from '../../../streams/provider/rest/ask-bars.ts';
import { abortableDelay } from '../../../streams/provider/rest/abortable-delay.ts';
import { BadAnswerError, ProviderError } from '../../../streams/provider/rest/parse-time-series.ts';
import { restRetryDelay } from '../../../streams/provider/rest/rest-retry-delay.ts';
import { keepMinutes, type Kept } from '../keep-minutes.ts';
import { candlesOf, minuteMs } from '../minutes.ts';
import { storedSpans } from '../open-history.ts';
import type { Span } from '../spans.ts';
import type { CreditsToday } from './credits-today.ts';
import { knownBy } from './known-by.ts';
import { missing, nextPage, type Page, PAGE_BARS } from './next-page.ts';
import type { Source } from './open-source.ts';

export interface FetchOptions {
  readonly history: string;
  readonly symbol: string;
  /** What is wanted, in whole minutes that are over. */
  readonly span: Span;
  readonly source: Source;
  readonly credits: CreditsToday;
  readonly onPage: (kept: Kept, left: readonly Span[]) => void;
}

const day = 86_400_000;
/** Without a candle for longer: hardly are there any before. */
const SILENT_MS = 31 * day;
const TRIES = 3;

/**
 * Fetches what of a span is neither stored nor known to have no candle, the newest first, page by page; each page is stored before the next
 * is asked for, so that a kill loses one answer at most. Ends early where the provider has had no minute for a month, and resolves with that
 * month. Rejects with what `timeSeries` does, and with what `keepMinutes` throws.
 */
export async function fetchMinutes(options: FetchOptions): Promise<{ readonly silent: Span | null }> {
  const { history, symbol, span, source, credits, onPage } = options;
  const openMillis = (from: number, to: number) => source.openMillis(symbol, from, to);
  const known: Span[] = await storedSpans(history, symbol, span);
  let silent: Span | null = null;
  let isPlain = false;
  for (;;) {
    const page = nextPage(missing(span, known, openMillis), openMillis, { isPlain });
    if (page === undefined) return { silent: null };
    const bars = await ask(source, symbol, page.span);
    await credits.note(source.budget.state().day.used);
    // More than were reckoned with, so that some may be missing: the market is open longer than we know.
    const isCut: boolean =
      !isPlain && bars.length >= PAGE_BARS && page.span[1] - page.span[0] > PAGE_BARS * minuteMs;
    isPlain ||= isCut;
    if (isCut) continue;
    const kept = await keepMinutes(history, symbol, {
      candles: wantedOf(bars, page),
      spans: knownBy(bars, page.wanted, source.clock.now()),
      source: source.name,
      isSimulated: source.isSimulated,
    });
    // In this run nothing is asked for twice, whatever is in doubt.
    known.push(page.span);
    onPage(kept, missing(span, known, openMillis));
    silent = bars.length > 0 ? null : [page.span[0], silent?.[1] ?? page.span[1]];
    if (silent !== null && silent[1] - silent[0] > SILENT_MS) return { silent };
    if (source.isShared) await pace(source);
  }
}

/** One page, asked for again where its answer makes no sense, or others have used up the minute's credits. */
async function ask({ rest, clock, isShared, signal }: Source, symbol: string, span: Span): Promise<RestBars> {
  const [from, to] = span;
  for (let attempt = 1; ; attempt++) {
    try {
      return await rest.timeSeries({ symbol, interval: '1min', from, to, isSpare: isShared, signal });
    } catch (error) {
      const isPassing =
        error instanceof BadAnswerError || (error instanceof ProviderError && error.code === 429);
      if (!isPassing || attempt >= TRIES) throw error;
      await abortableDelay(restRetryDelay(error, attempt), clock, signal);
    }
  }
}

/** Half of a minute's credits at most, where a server wants the others. */
const pace = ({ budget, clock, signal }: Source): Promise<void> =>
  abortableDelay((2 * 60_000) / Math.max(1, budget.state().minute.limit), clock, signal);

function wantedOf(bars: RestBars, { wanted }: Page) {
  const own = bars.filter(({ openTime }) => wanted.some(([from, to]) => openTime >= from && openTime < to));
  const volumes = own.some(({ volume = 0 }) => volume > 0);
  const columns = (['openTime', 'open', 'high', 'low', 'close', 'volume'] as const).map((name) =>
    Float64Array.from(own, (bar) => bar[name] ?? 0),
  );
  return candlesOf(columns, volumes ? 'traded' : 'none');
}

import { minuteMs } from '../minutes.ts';
import { type Span, united, within, without } from '../spans.ts';

export interface Page {
  /** What is asked for. */
  readonly span: Span;
  /** What of it is not known yet. */
  readonly wanted: readonly Span[];
}

const hour = 60 * minuteMs;
/** Bars of one answer are at most 5,000, and one more than was asked for proves the last. */
export const PAGE_BARS = 4_990;
/** However few hours a market is open. */
const MOST_MS = 31 * 24 * hour;

/** Stretches of `[from, to)` that are not known and in which the market is open for a minute at least. */
export const missing = (
  span: Span,
  known: readonly Span[],
  openMillis: (from: number, to: number) => number,
): Span[] => without(span, known).filter(([from, to]) => openMillis(from, to) >= minuteMs);

/**
 * The newest page of what is missing: as long as the open hours in it hold no more bars than one answer does. isPlain: closed hours are
 * counted as open ones. Several stretches that lie in one page are asked for together. Undefined where nothing is missing.
 */
export function nextPage(
  stretches: readonly Span[],
  openMillis: (from: number, to: number) => number,
  { isPlain = false }: { readonly isPlain?: boolean } = {},
): Page | undefined {
  const sorted = united(stretches);
  const [first, last] = [sorted[0], sorted.at(-1)];
  if (first === undefined || last === undefined) return undefined;
  const [, to] = last;
  const most = PAGE_BARS * minuteMs;
  let from = to - most;
  if (!isPlain)
    while (from > first[0] && to - from + hour <= MOST_MS && openMillis(from - hour, to) <= most)
      from -= hour;
  const wanted = within(sorted, [from, to]);
  return { span: [wanted[0]![0], to], wanted };
}

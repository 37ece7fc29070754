import type { Span } from '../spans.ts';
import type { Source } from './open-source.ts';

const day = 86_400_000;
/** Shorter ones cost few pages. */
const LONG_MS = 62 * day;
/** A day of the provider's may begin before ours, and a day that is not over has no bar. */
const MARGIN_MS = 3 * day;

/** What of a long span the provider has days of, for one credit: years before a listing would cost hundreds. Undefined where there are none. */
export async function listedSpan(
  { rest, isShared, signal }: Source,
  symbol: string,
  [from, to]: Span,
): Promise<Span | undefined> {
  if (to - from < LONG_MS) return [from, to];
  const days = await rest.timeSeries({
    symbol,
    interval: '1day',
    from: Math.floor(from / day) * day,
    to: Math.floor(to / day) * day,
    isSpare: isShared,
    signal,
  });
  const [first, last] = [days[0], days.at(-1)];
  if (first === undefined || last === undefined) return undefined;
  // No more than 5,000 days fit into an answer, the newest ones: there may be others before them.
  const begin = days.length >= 4_990 ? from : Math.max(from, first.openTime - MARGIN_MS);
  return [begin, Math.min(to, last.openTime + day + MARGIN_MS)];
}

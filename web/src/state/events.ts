import type { NewsAnswer, WatchedSymbol } from '../../../schema/rest.ts';
import { createStore } from './create-store.ts';
import type { Asked } from './server.ts';

/** An event of high impact. `time`: Unix ms. */
export type CalendarEvent = NewsAnswer['impactful_events'][number];

/** The calendar and the newest articles, as the server last read them. */
export const news = createStore<Asked<NewsAnswer>>({ data: null, error: null });

/** The currencies whose events move a symbol: both of a pair, else the one it is quoted in. */
export function currenciesOf(
  watched: Pick<WatchedSymbol, 'provider_symbol' | 'currency'> | undefined,
): readonly string[] {
  if (watched === undefined) return [];
  const pair = watched.provider_symbol.split(':')[0]!.split('/');
  if (pair.length === 2) return pair;
  return watched.currency === undefined ? [] : [watched.currency];
}

/** Does an event move a market of these currencies? */
export const concerns = (
  { country }: Pick<CalendarEvent, 'country'>,
  currencies: readonly string[],
): boolean => country === 'All' || currencies.includes(country);

/** The events around a time: the last few that are over, and the next ones. Oldest first, as they come. */
export function around(
  events: readonly CalendarEvent[],
  now: number,
  { past, next }: { readonly past: number; readonly next: number },
): readonly CalendarEvent[] {
  const at = events.findIndex(({ time }) => time > now);
  const begin = at < 0 ? events.length : at;
  return events.slice(Math.max(0, begin - past), begin + next);
}

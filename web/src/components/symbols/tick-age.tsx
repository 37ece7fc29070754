import type { WatchedSymbol } from '../../../../schema/rest.ts';
import { formatAge } from '../../format/time.ts';
import { now } from '../../state/clock.ts';
import { feed } from '../../state/feed.ts';
import { quotes } from '../../state/quotes.ts';
import { feedWord, freshnessOf } from '../../state/staleness.ts';
import { useStore } from '../../state/use-store.ts';

const stateWords: Readonly<Record<WatchedSymbol['state'], string | null>> = {
  pending: 'waiting for a price',
  live: null,
  silent: 'silent',
  closed_market: 'closed',
  refused: 'refused by the provider',
  stopped: 'stopped after failures',
};

/** How old the last price is, and why there is none. Nothing is called live while the feed is lost. */
export function TickAge({ watched }: { readonly watched: WatchedSymbol }) {
  const { symbol, state } = watched;
  const lost = useStore(feed, (from) => feedWord(from).tone === 'bad');
  const ageOf = (ms: number) => Math.max(0, ms - (quotes.get().get(symbol)?.eventTime ?? Number.NaN));
  const freshOf = (ms: number) => {
    const age = ageOf(ms);
    return Number.isNaN(age) ? 'stale' : freshnessOf(age, state === 'closed_market');
  };
  const wordOf = (ms: number) => {
    const age = ageOf(ms);
    if (Number.isNaN(age)) return '';
    if (age < 1500) return lost ? 'just now' : 'live';
    return `${freshOf(ms) === 'stale' ? 'stale, ' : ''}${formatAge(age)} old`;
  };
  const word = useStore(now, wordOf);
  useStore(quotes, () => wordOf(now.get()));
  const because = stateWords[state];
  return (
    <span class={`watch-age age-${freshOf(now.get())}`}>{[word, because].filter(Boolean).join(' · ')}</span>
  );
}

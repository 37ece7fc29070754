import type { FeedFrame } from '../../../schema/wire.ts';
import type { Feed } from './feed.ts';

/** Silence after which a price is called ageing, and stale, ms. A closed market ages nobody. */
const ageingMs = 15_000;
const staleMs = 60_000;

export type Freshness = 'fresh' | 'ageing' | 'stale' | 'closed';

/** How far a price may be trusted by its age. */
export function freshnessOf(ageMs: number, marketClosed: boolean): Freshness {
  if (marketClosed) return 'closed';
  if (ageMs >= staleMs) return 'stale';
  return ageMs >= ageingMs ? 'ageing' : 'fresh';
}

/** The state of everything between the market and this page as text, worst first. */
export interface FeedWord {
  readonly tone: 'good' | 'quiet' | 'warn' | 'bad';
  /** A short text for the top bar. */
  readonly short: string;
  /** A sentence for the banner; null where there is nothing to warn of. */
  readonly sentence: string | null;
  /** Since when, Unix ms; 0 where it is not known. */
  readonly since: number;
}

const states: Readonly<Record<FeedFrame['state'], Omit<FeedWord, 'since'>>> = {
  live: { tone: 'good', short: 'Live', sentence: null },
  closed_market: { tone: 'quiet', short: 'Market closed', sentence: null },
  connecting: {
    tone: 'warn',
    short: 'Connecting',
    sentence: 'The server is connecting to its price provider.',
  },
  silent: {
    tone: 'bad',
    short: 'Silent',
    sentence: 'The price provider is connected but sends nothing. Prices may be out of date.',
  },
  disconnected: {
    tone: 'bad',
    short: 'Feed lost',
    sentence: 'The server has lost its price provider and is reconnecting. Prices stand still.',
  },
  refused: {
    tone: 'bad',
    short: 'Feed refused',
    sentence: 'The price provider refused the key. Prices stand still until the operator sets a valid one.',
  },
};

export function feedWord(feed: Feed): FeedWord {
  if (feed.link === 'lost') {
    return {
      tone: 'bad',
      short: 'Server lost',
      sentence: 'No connection to the server; trying again. Everything below is as it was then.',
      since: feed.linkSince,
    };
  }
  if (feed.link === 'connecting' || feed.state === 'unknown') {
    return { tone: 'warn', short: 'Connecting', sentence: null, since: feed.linkSince };
  }
  const word = states[feed.state];
  const because = feed.reason === undefined || word.sentence === null ? '' : ` Reason: ${feed.reason}.`;
  return { ...word, sentence: word.sentence && word.sentence + because, since: feed.since };
}

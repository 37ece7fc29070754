import type { FeedFrame } from '../../schema/wire.ts';
import type { Part } from './health.ts';
import type { Achieved } from '../achieved.ts';
import { limits } from './limits.ts';
import { seconds } from './seconds.ts';

export interface TicksPartOptions {
  readonly achieved: Pick<Achieved, 'ageMs' | 'ticks'>;
  readonly feed: FeedFrame;
  /** Since the feed has had its state, ms. */
  readonly feedAgeMs: number;
  readonly staleMs: number;
}

/** Ticks that were accepted: a feed can be live and none of its ticks of any use. */
export function ticksPart({ achieved, feed, feedAgeMs, staleMs }: TicksPartOptions): Part {
  const { accepted = 0, ...rejected } = achieved.ticks.of();
  // Of a symbol that nobody wants any more some still come.
  const { symbol: _, ...faults } = rejected;
  const faulty = Object.values(faults).reduce((sum, count) => sum + count, 0);
  const all = accepted + faulty;
  const ageMs = achieved.ageMs('tick');
  const figures = { last_accepted_seconds: seconds(ageMs), accepted, rejected };
  if (all >= limits.tickShareOf && accepted < limits.tickShare * all) {
    const why = Object.entries(faults).map(([fault, count]) => `${count} for their ${fault}`);
    const reason = `${faulty} of ${all} ticks of the last minute were rejected: ${why.join(', ')}`;
    return { state: 'down', reason, ...figures };
  }
  const limitMs = Math.max(limits.tickAgeMs, 2 * staleMs);
  const silentMs = Math.min(ageMs ?? Infinity, feedAgeMs);
  if (feed.state === 'live' && silentMs > limitMs)
    return {
      state: 'down',
      reason: `the feed is live, and no tick was accepted for ${Math.round(silentMs / 1000)} s`,
      ...figures,
    };
  return { state: 'ok', ...figures };
}

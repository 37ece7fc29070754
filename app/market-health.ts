import type { FeedFrame } from '../schema/wire.ts';
import type { CreditBudgetState } from '../streams/credit-budget.ts';
import { because, type HealthSource, type Part } from './health.ts';
import type { Achieved } from './health/achieved.ts';
import { decisionsPart } from './health/decisions-part.ts';
import { restPart } from './health/rest-part.ts';
import { ticksPart } from './health/ticks-part.ts';
import type { SymbolStatus } from './symbol-status.ts';

export interface MarketHealthOptions {
  readonly feed: () => FeedFrame;
  readonly isTimeKnown: () => boolean;
  readonly status: SymbolStatus;
  readonly lags: () => Readonly<Record<string, { lag_ms: number; clock_offset_ms: number }>>;
  readonly calendar: () => { readonly state: string; readonly events: readonly unknown[] };
  readonly articles: () => number | undefined;
  readonly credits: () => CreditBudgetState;
  readonly achieved: Achieved;
  /** Unix ms of the clock that `feed` is dated by. */
  readonly wallNow: () => number;
  /** TICK_STALE_MS. */
  readonly staleMs: number;
}

const timeless = 'CLOCK=feed, and no tick has told the time yet';
const isUp = (state: FeedFrame['state']) => state === 'live' || state === 'closed_market';

/** The provider's feed and REST, the symbols, the calendar and the news. */
export function marketHealth(options: MarketHealthOptions): HealthSource {
  const { feed, isTimeKnown, status, achieved, wallNow, staleMs } = options;
  const ticks = () => ticksPart({ achieved, feed: feed(), feedAgeMs: wallNow() - feed().since, staleMs });
  return {
    parts: () => ({
      feed: feedPart(feed(), options),
      clock: isTimeKnown() ? { state: 'ok' } : { state: 'down', reason: timeless },
      calendar: calendarPart(options.calendar()),
      news: newsPart(options.articles()),
      rest: restPart(options.credits(), achieved),
      ticks: ticks(),
      decisions: decisionsPart(achieved),
      symbols: symbolsPart(status),
    }),
    reasons: () => {
      const { state, reason } = feed();
      return [
        ...(isTimeKnown() ? [] : [`clock: ${timeless}`]),
        ...(isUp(state) ? [] : [`feed: ${state}${reason === undefined ? '' : `, ${reason}`}`]),
        ...(ticks().state === 'ok' ? [] : [`ticks: ${ticks().reason ?? ''}`]),
      ];
    },
  };
}

const feedPart = ({ state, since, reason }: FeedFrame, { lags }: MarketHealthOptions): Part => ({
  state: isUp(state) ? 'ok' : 'down',
  ...because(reason),
  feed: state,
  since,
  symbols: lags(),
});

const calendarPart = ({ state, events }: { state: string; events: readonly unknown[] }): Part => ({
  state: state === 'fresh' ? 'ok' : 'degraded',
  ...(state === 'fresh' ? {} : { reason: `the economic calendar is ${state}` }),
  calendar: state,
  events: events.length,
});

const newsPart = (articles: number | undefined): Part =>
  articles === undefined
    ? { state: 'off', reason: 'FINLIGHT_API_KEY is not set' }
    : { state: 'ok', articles };

function symbolsPart({ refused, stopped }: SymbolStatus): Part {
  const bad = [...refused.keys(), ...stopped.keys()];
  return bad.length === 0
    ? { state: 'ok' }
    : {
        state: 'degraded',
        reason: `refused or stopped: ${bad.join(', ')}`,
        refused: Object.fromEntries(refused),
        stopped: Object.fromEntries(stopped),
      };
}

import type { FeedFrame } from '../../schema/wire.ts';
import type { CreditBudgetState } from '../../streams/provider/rest/credit-budget.ts';
import { because, type HealthSource, type Part } from './health.ts';
import type { HoursWarning } from '../ingest/hours/hours-warning.ts';
import type { Achieved } from '../achieved.ts';
import { decisionsPart } from './decisions-part.ts';
import { restPart } from './rest-part.ts';
import { ticksPart } from './ticks-part.ts';
import type { SymbolStatus } from '../ingest/symbol-status.ts';

export interface MarketHealthOptions {
  readonly feed: () => FeedFrame;
  readonly status: SymbolStatus;
  readonly lags: () => Readonly<Record<string, { lag_ms: number; clock_offset_ms: number }>>;
  readonly calendar: () => { readonly state: string; readonly events: readonly unknown[] };
  readonly articles: () => number | undefined;
  readonly credits: () => CreditBudgetState;
  /** What is doubtful about the hours of watched symbols. */
  readonly hoursWarnings?: () => readonly HoursWarning[];
  readonly achieved: Achieved;
  /** Unix ms of the clock that `feed` is dated by. */
  readonly wallNow: () => number;
  /** TICK_STALE_MS. */
  readonly staleMs: number;
}

const isUp = (state: FeedFrame['state']) => state === 'live' || state === 'closed_market';

/** The provider's feed and REST, the symbols, the calendar and the news. */
export function marketHealth(options: MarketHealthOptions): HealthSource {
  const { feed, status, achieved, wallNow, staleMs } = options;
  const ticks = () => ticksPart({ achieved, feed: feed(), feedAgeMs: wallNow() - feed().since, staleMs });
  return {
    parts: () => ({
      feed: feedPart(feed(), options),
      calendar: calendarPart(options.calendar()),
      news: newsPart(options.articles()),
      rest: restPart(options.credits(), achieved),
      ticks: ticks(),
      decisions: decisionsPart(achieved),
      symbols: symbolsPart(status),
      hours: hoursPart(options.hoursWarnings?.() ?? []),
    }),
    reasons: () => {
      const { state, reason } = feed();
      return [
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

function symbolsPart({ refused, stopped, doubts }: SymbolStatus): Part {
  const bad = [...refused.keys(), ...stopped.keys()];
  const doubted = doubts.symbols();
  const reasons = [
    ...(bad.length === 0 ? [] : [`refused or stopped: ${bad.join(', ')}`]),
    ...(doubted.length === 0 ? [] : [`candles in doubt: ${doubted.join(', ')}`]),
  ];
  return reasons.length === 0
    ? { state: 'ok' }
    : {
        state: 'degraded',
        reason: reasons.join('; '),
        refused: Object.fromEntries(refused),
        stopped: Object.fromEntries(stopped),
        ...(doubted.length > 0 && {
          doubts: Object.fromEntries(doubted.map((symbol) => [symbol, doubts.of(symbol)])),
        }),
      };
}

/** A calendar in its last year works, and has to be said; one that has ended, or is none, does not. */
const hoursPart = (warnings: readonly HoursWarning[]): Part => ({
  state: warnings.some(({ isDue }) => isDue) ? 'degraded' : 'ok',
  ...(warnings.length === 0 ? {} : { reason: warnings.map(({ text }) => text).join('; ') }),
});

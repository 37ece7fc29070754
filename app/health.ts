import type { HttpDeps } from '../http/http-deps.ts';
import type { HealthAnswer } from '../schema/rest.ts';
import type { FeedFrame } from '../schema/wire.ts';
import type { WriterState } from '../sinks/store-writer.ts';
import type { CreditBudgetState } from '../streams/credit-budget.ts';
import type { Probe } from './probe.ts';
import type { SymbolStatus } from './symbol-status.ts';

type Part = HealthAnswer['parts'][string];

export interface HealthOptions {
  readonly demo: boolean;
  readonly version: string;
  readonly feed: () => FeedFrame;
  readonly isTimeKnown: () => boolean;
  readonly status: SymbolStatus;
  readonly lags: () => Readonly<Record<string, { lag_ms: number; clock_offset_ms: number }>>;
  readonly store: Probe;
  readonly queue: Probe | undefined;
  readonly writer: () => WriterState;
  readonly calendar: () => { readonly state: string; readonly events: readonly unknown[] };
  readonly articles: () => number | undefined;
  readonly credits: () => CreditBudgetState;
  readonly analyses: () => { readonly threads: number; readonly running: number; readonly waiting: number };
}

const timeless = 'CLOCK=feed, and no tick has told the time yet';
const isUp = (state: FeedFrame['state']) => state === 'live' || state === 'closed_market';

/** `/health`, which is 200 while the process works, and `/ready`, which asks for store, queue and feed. */
export function createHealth(options: HealthOptions): Pick<HttpDeps, 'health' | 'ready'> {
  const { demo, version, feed, isTimeKnown, status, store, queue } = options;
  return {
    health: () => {
      const parts: HealthAnswer['parts'] = {
        feed: feedPart(feed(), options),
        clock: isTimeKnown() ? { state: 'ok' } : { state: 'down', reason: timeless },
        store: storePart(store, options.writer()),
        queue: queue === undefined ? { state: 'off' } : probed(queue),
        calendar: calendarPart(options.calendar()),
        news: newsPart(options.articles()),
        rest: restPart(options.credits()),
        analyses: { state: 'ok', ...options.analyses() },
        symbols: symbolsPart(status),
      };
      const isWell = Object.values(parts).every(({ state }) => state === 'ok' || state === 'off');
      return {
        status: isWell ? 'ok' : 'degraded',
        demo,
        version,
        uptime_seconds: process.uptime(),
        parts,
      };
    },
    ready: () => {
      const { state, reason } = feed();
      const reasons = [
        ...(store.problem() === undefined ? [] : [`store: ${store.problem()}`]),
        ...(queue?.problem() === undefined ? [] : [`queue: ${queue.problem()}`]),
        ...(isTimeKnown() ? [] : [`clock: ${timeless}`]),
        ...(isUp(state) ? [] : [`feed: ${state}${reason === undefined ? '' : `, ${reason}`}`]),
      ];
      return Promise.resolve({ ready: reasons.length === 0, reasons });
    },
  };
}

const because = (reason: string | undefined) => (reason === undefined ? {} : { reason });

const probed = (probe: Probe): Part =>
  probe.problem() === undefined ? { state: 'ok' } : { state: 'down', ...because(probe.problem()) };

const feedPart = ({ state, since, reason }: FeedFrame, { lags }: HealthOptions): Part => ({
  state: isUp(state) ? 'ok' : 'down',
  ...because(reason),
  feed: state,
  since,
  symbols: lags(),
});

function storePart(store: Probe, { candles, causes, droppedCandles, refusedCauses }: WriterState): Part {
  const waiting = { candles, causes, droppedCandles, refusedCauses };
  const hasLost = droppedCandles > 0 || refusedCauses > 0;
  if (store.problem() !== undefined) return { ...probed(store), ...waiting };
  return hasLost
    ? { state: 'degraded', reason: 'writes were given up while the database was away', ...waiting }
    : { state: 'ok', ...waiting };
}

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

function restPart({ minute, day, waiting, exhausted, awaySince }: CreditBudgetState): Part {
  const figures = { minute, day, waiting };
  if (awaySince !== null)
    return {
      state: 'degraded',
      reason: `the provider's REST does not answer since ${new Date(awaySince).toISOString()}`,
      ...figures,
    };
  return {
    state: exhausted === 'day' ? 'degraded' : 'ok',
    ...(exhausted === null ? {} : { reason: `the ${exhausted}'s credits are used up` }),
    ...figures,
  };
}

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

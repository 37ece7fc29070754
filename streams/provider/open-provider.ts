import {
  catchError,
  connectable,
  type Connectable,
  EMPTY,
  filter,
  interval,
  map,
  merge,
  type Observable,
  type SchedulerLike,
  share,
  Subject,
  Subscription,
  tap,
} from 'rxjs';
import { createLagBook, type LagBook } from '../../operators/ticks/lag-book.ts';
import type { SpreadBook } from '../../operators/ticks/spread-book.ts';
import { type TickFault, tickQuality } from '../../operators/ticks/tick-quality.ts';
import type { Tick } from '../../schema/tick.ts';
import type { FeedFrame } from '../../schema/wire.ts';
import type { FeedEvent } from './feed-event.ts';
import type { Instruments } from './instruments.ts';
import type { Interruption } from './interruptions.ts';
import type { MarketTime } from './market-time.ts';
import { createCreditBudget, type CreditBudget, type CreditBudgetOptions } from './rest/credit-budget.ts';
import { judgedRest, type RestJudge } from './rest/judged-rest.ts';
import { symbolSearch, type SymbolSearch } from './rest/symbol-search.ts';
import { type TwelveDataRest, twelveDataRest, type TwelveDataRestOptions } from './rest/twelvedata-rest.ts';
import { twelveDataFeed, type TwelveDataFeedOptions } from './socket/twelvedata.ts';
import { createWatchList, type SymbolVerdict, type WatchList, type WatchListOptions } from './watch-list.ts';
import { withoutSecrets } from './without-secrets.ts';

export interface ProviderOptions extends RestJudge {
  readonly service: { readonly wsUrl: string; readonly restUrl: string; readonly key: string };
  readonly credits: Pick<CreditBudgetOptions, 'perMinute' | 'perDay'>;
  readonly time: MarketTime;
  /** Monotonic clock, for durations and timers. */
  readonly steady: SchedulerLike;
  /** Time of day that ticks and states are stamped with, Unix ms. */
  readonly timeOfDay: () => number;
  /** Uniform in [0, 1); used for the jitter of retries. */
  readonly random: () => number;
  /** Which symbols are watched, and how many at most. */
  readonly watched: Pick<WatchListOptions, 'always' | 'max' | 'isNeeded'>;
  /** Has only a visitor asked for the symbol? Its requests come later, and leave credits to the configured ones. */
  readonly isGuest: NonNullable<TwelveDataRestOptions['isGuest']>;
  readonly instruments: Pick<Instruments, 'learn' | 'facts'>;
  readonly isMarketOpen: TwelveDataFeedOptions['isMarketOpen'];
  readonly staleMs: number;
  readonly spreads: Pick<SpreadBook, 'observe'>;
  /** Takes the configuration's secrets out of a text; the provider's error messages may repeat the key. */
  readonly scrub: (text: string) => string;
  /** REST stops answering, or answers again. */
  readonly onAway: (isAway: boolean) => void;
  readonly onSpoilt: NonNullable<TwelveDataRestOptions['onSpoilt']>;
  readonly onSkipped: NonNullable<TwelveDataFeedOptions['onSkipped']>;
  readonly onRejected: (fault: TickFault) => void;
  /** Called every second for each symbol: how late its feed is, ms. */
  readonly onLag: (symbol: string, lagMs: number) => void;
  /** The provider refuses the key: there are no live prices any more. */
  readonly onKeyRefused: (error: unknown) => void;
}

/** The provider's ticks and bars, and which symbols are asked for. */
export interface Provider {
  readonly watchList: WatchList;
  /** Ticks, states and answers about symbols, from `begin` on. */
  readonly feed$: Observable<FeedEvent>;
  /** Connects. To be called once all have subscribed: the first state is emitted at once. Unsubscribing disconnects. */
  readonly begin: () => Subscription;
  /** The feed's latest state; it is set before subscribers receive the event. */
  readonly state: () => FeedFrame;
  /** Ticks whose price and time are plausible. */
  readonly ticks$: Observable<Tick>;
  /** Spans in which ticks are missing, or may be. */
  readonly unheard$: Observable<Interruption>;
  readonly rest: TwelveDataRest;
  readonly search: SymbolSearch;
  readonly budget: Pick<CreditBudget, 'state'>;
  readonly lags: LagBook;
  /** To be called for a symbol that REST does not know: it is refused, unless the socket has accepted it. */
  readonly refuse: (symbol: string) => void;
  readonly close: () => void;
}

/** How often the clock's offset and the feeds' lags are measured, ms: medians of many ticks move slowly. */
const lagEveryMs = 1_000;

/**
 * One provider from its socket to the ticks that count, and its REST.
 *
 *     socket   s-t-t-t-s---   s: a state, t: a tick
 *     ticks$   --t---t-----   those that pass the checks of quality and of time
 *     unheard$ i-------i---   i: an interruption, where ticks may be missing
 *
 * Hot: emits from `begin` until that subscription ends. `close` stops the measuring and the budget.
 */
export function openProvider(options: ProviderOptions): Provider {
  const { time, steady, timeOfDay } = options;
  const verdicts$ = new Subject<SymbolVerdict>();
  const watchList = createWatchList({ ...options.watched, clock: steady, verdicts$ });
  const budget = createCreditBudget({
    ...options.credits,
    clock: steady,
    random: options.random,
    onAway: options.onAway,
  });
  const lags = createLagBook();
  let state: FeedFrame = { type: 'feed', state: 'connecting', since: timeOfDay() };

  const feed$ = connected(
    socketOf(options, watchList).pipe(
      tap((event) => {
        if (event.kind === 'tick') time.observe(event.tick);
        else if (event.kind === 'state') state = frameOf(event);
        else for (const verdict of verdictsOf(event)) verdicts$.next(verdict);
      }),
      catchError((error: unknown) => {
        options.onKeyRefused(error);
        return EMPTY;
      }),
    ),
  );

  const running = new Subscription();
  running.add(time.set$.subscribe(() => lags.clear()));
  let clockOffset = 0;
  running.add(
    interval(lagEveryMs, steady).subscribe(() => {
      clockOffset = lags.offset();
      for (const [symbol, lag] of lags.entries()) options.onLag(symbol, lag.lag());
    }),
  );

  const ticks$ = feed$.pipe(
    filter((event) => event.kind === 'tick'),
    map(({ tick }) => tick),
    tickQuality({
      clock: time.clock,
      maxAheadMs: time.maxAheadMs,
      offsetOf: () => clockOffset,
      known: (symbol) => watchList.current().has(symbol),
      onReject: options.onRejected,
    }),
    time.accept(lags, () => options.onRejected('time')),
    tap(options.spreads.observe),
    share(),
  );
  const heard$ = merge(
    ticks$.pipe(map((tick): FeedEvent => ({ kind: 'tick', tick }))),
    feed$.pipe(filter((event) => event.kind === 'state')),
  );

  return {
    watchList,
    feed$,
    begin: () => feed$.connect(),
    state: () => state,
    ticks$,
    unheard$: time.unheard(heard$).pipe(tap(lags.gap), share()),
    rest: restOf(options, budget),
    search: symbolSearch({
      url: options.service.restUrl,
      key: options.service.key,
      budget,
      clock: steady,
    }),
    budget,
    lags,
    refuse: (symbol) => verdicts$.next({ symbol, word: 'refused' }),
    close: () => {
      running.unsubscribe();
      budget.close();
      watchList.close();
    },
  };
}

function socketOf(options: ProviderOptions, { symbols$ }: WatchList): Observable<FeedEvent> {
  const { service, time, instruments, scrub } = options;
  return twelveDataFeed({
    url: service.wsUrl,
    key: service.key,
    clock: options.steady,
    timeOfDay: options.timeOfDay,
    random: options.random,
    symbols$,
    isMarketOpen: options.isMarketOpen,
    onFacts: (symbol, facts) => instruments.learn(symbol, facts, 'socket'),
    factsOf: instruments.facts,
    marketTime: () => time.clock.now(),
    staleMs: options.staleMs,
    onSkipped: options.onSkipped,
  }).pipe(map((event) => withoutSecrets(event, scrub)));
}

function restOf(options: ProviderOptions, budget: CreditBudget): TwelveDataRest {
  const { service, time, steady, instruments, isGuest, onSpoilt } = options;
  const rest = twelveDataRest({
    url: service.restUrl,
    key: service.key,
    budget,
    clock: steady,
    marketTime: () => time.clock.now(),
    onSpoilt,
    onFacts: (symbol, facts) => instruments.learn(symbol, facts, 'rest'),
    isGuest,
  });
  return judgedRest(options, rest);
}

/** One connection for all who listen, and never a second one. */
const connected = (source: Observable<FeedEvent>): Connectable<FeedEvent> =>
  connectable(source, { connector: () => new Subject<FeedEvent>(), resetOnDisconnect: false });

const frameOf = ({ state, at, reason }: Extract<FeedEvent, { kind: 'state' }>): FeedFrame => ({
  type: 'feed',
  state,
  since: at,
  ...(reason === undefined ? {} : { reason }),
});

/** The provider's answers about symbols, as the watch list takes them. */
const verdictsOf = ({
  accepted,
  refused,
}: Extract<FeedEvent, { kind: 'symbols' }>): readonly SymbolVerdict[] => [
  ...accepted.map((symbol): SymbolVerdict => ({ symbol, word: 'accepted' })),
  ...refused.map(({ symbol, isUnanswered = false }): SymbolVerdict => ({
    symbol,
    word: isUnanswered ? 'unanswered' : 'refused',
  })),
];

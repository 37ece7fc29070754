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
import { type TwelveDataRest, twelveDataRest, type TwelveDataRestOptions } from './rest/twelvedata-rest.ts';
import { twelveDataFeed, type TwelveDataFeedOptions } from './socket/twelvedata.ts';
import { createWatchList, type SymbolVerdict, type WatchList, type WatchListOptions } from './watch-list.ts';
import { withoutSecrets } from './without-secrets.ts';

export interface ProviderOptions extends RestJudge {
  readonly service: { readonly wsUrl: string; readonly restUrl: string; readonly key: string };
  readonly credits: Pick<CreditBudgetOptions, 'perMinute' | 'perDay'>;
  readonly time: MarketTime;
  /** Durations. */
  readonly steady: SchedulerLike;
  /** Time of day that ticks and states are stamped with, Unix ms. */
  readonly timeOfDay: () => number;
  /** Uniform in [0, 1): jitter alone. */
  readonly random: () => number;
  /** Which symbols are watched, and how many at most. */
  readonly watched: Pick<WatchListOptions, 'always' | 'max' | 'isNeeded'>;
  readonly isGuest: NonNullable<TwelveDataRestOptions['isGuest']>;
  readonly instruments: Pick<Instruments, 'learn' | 'facts'>;
  readonly isMarketOpen: TwelveDataFeedOptions['isMarketOpen'];
  readonly staleMs: number;
  readonly spreads: Pick<SpreadBook, 'observe'>;
  /** A text without the secrets of the configuration, which the provider's reasons may repeat. */
  readonly scrub: (text: string) => string;
  readonly onAway: (isAway: boolean) => void;
  readonly onSpoilt: NonNullable<TwelveDataRestOptions['onSpoilt']>;
  readonly onSkipped: NonNullable<TwelveDataFeedOptions['onSkipped']>;
  readonly onRejected: (fault: TickFault) => void;
  /** Every second and symbol: how late its feed is, ms. */
  readonly onLag: (symbol: string, lagMs: number) => void;
  /** The provider refuses the key: there are no live prices any more. */
  readonly onKeyRefused: (error: unknown) => void;
}

/** The provider's ticks and bars, and which symbols are asked for. */
export interface Provider {
  readonly watchList: WatchList;
  /** What the feed says, from `begin` on. */
  readonly feed$: Observable<FeedEvent>;
  /** Connects: when everybody listens, for a feed says at once that it connects. */
  readonly begin: () => Subscription;
  /** The feed's state as of the last event that has begun to go out. */
  readonly state: () => FeedFrame;
  /** Ticks that can be true. */
  readonly ticks$: Observable<Tick>;
  /** What was not, or not surely, heard. */
  readonly unheard$: Observable<Interruption>;
  readonly rest: TwelveDataRest;
  readonly budget: Pick<CreditBudget, 'state'>;
  readonly lags: LagBook;
  /** REST does not know a symbol of which the socket may never have said anything. One that the socket knows stays. */
  readonly refuse: (symbol: string) => void;
  readonly close: () => void;
}

/** The lag of clock and feeds is looked at this often, ms: the median of many measurements moves slowly. */
const lagEveryMs = 1_000;

/**
 * One provider from its socket to the ticks that count, and its REST.
 *
 *     socket  s-t-t-t-X---   states, ticks
 *     ticks$  --t---t-----   quality, lag or leaps, spreads
 *     unheard$  i-------i-   where ticks may be missing
 *
 * Nothing flows until somebody subscribes, and has called `begin`.
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

/** The provider's word on symbols, as the watch list takes it. */
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

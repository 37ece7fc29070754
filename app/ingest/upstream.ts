import {
  BehaviorSubject,
  catchError,
  connectable,
  EMPTY,
  filter,
  map,
  merge,
  type Observable,
  pipe,
  share,
  Subject,
  type Subscription,
  tap,
} from 'rxjs';
import { confirmLeaps } from '../../operators/ticks/confirm-leaps.ts';
import { createFeedLag, type FeedLag } from '../../operators/ticks/feed-lag.ts';
import { type TickFault, tickQuality } from '../../operators/ticks/tick-quality.ts';
import type { CalendarState } from '../../schema/calendar.ts';
import type { Article } from '../../schema/rest.ts';
import type { Tick } from '../../schema/tick.ts';
import type { FeedFrame } from '../../schema/wire.ts';
import { createCreditBudget, type CreditBudget } from '../../streams/provider/rest/credit-budget.ts';
import { driveClock } from '../../streams/provider/feed-clock.ts';
import type { FeedEvent } from '../../streams/provider/feed-event.ts';
import { interruptionsByEventTime } from '../../streams/provider/interruptions-by-event-time.ts';
import { type Interruption, interruptions } from '../../streams/provider/interruptions.ts';
import { loopStalls } from '../../streams/provider/loop-stalls.ts';
import { twelveDataFeed } from '../../streams/provider/socket/twelvedata.ts';
import { type TwelveDataRest, twelveDataRest } from '../../streams/provider/rest/twelvedata-rest.ts';
import { createWatchList, type SymbolVerdict, type WatchList } from '../../streams/provider/watch-list.ts';
import type { Analysis } from './analysis.ts';
import type { Context } from '../context.ts';
import { judgedRest } from './judged-rest.ts';

export interface Upstream {
  readonly watchList: WatchList;
  readonly verdicts$: Subject<SymbolVerdict>;
  /** Flows from `begin` on. */
  readonly feed$: Observable<FeedEvent>;
  /** Connects to the provider: when everybody listens, for a feed says at once that it connects. */
  readonly begin: () => Subscription;
  /** Ticks that can be true. */
  readonly ticks$: Observable<Tick>;
  /** What was not, or not surely, heard. */
  readonly unheard$: Observable<Interruption>;
  readonly rest: TwelveDataRest;
  readonly budget: CreditBudget;
  /** How late each symbol's feed is. */
  readonly lags: Map<string, FeedLag>;
  readonly lagOf: (symbol: string) => FeedLag;
  /** The latest of what is told once and asked for often. */
  readonly feedState$: BehaviorSubject<FeedFrame>;
  readonly calendar$: BehaviorSubject<CalendarState>;
  /** Undefined: no news service is configured. */
  readonly articles$: BehaviorSubject<readonly Article[] | undefined>;
}

/** The provider's ticks and bars, and which symbols are asked for. Nothing flows until somebody subscribes. */
export function openUpstream(context: Context, { isOpen, spreads }: Analysis): Upstream {
  const {
    config,
    log,
    metrics,
    achieved,
    instruments,
    markets,
    services,
    steady,
    wall,
    trusted,
    clock,
    now,
    random,
    feedClock,
    scrub,
    own,
  } = context;
  const verdicts$ = new Subject<SymbolVerdict>();
  const watchList = own(
    createWatchList({
      clock: steady,
      always: config.SYMBOLS,
      max: config.MAX_SYMBOLS,
      verdicts$,
      // A signal is followed to its end, whoever has left.
      isNeeded: (symbol) => isOpen(symbol),
    }),
  );
  const budget = own(
    createCreditBudget({
      ...services.credits,
      clock: steady,
      random,
      onAway: (isAway) => {
        if (isAway) log.warn("the provider's REST does not answer; gaps wait until it does");
        else log.info("the provider's REST answers again");
      },
    }),
  );
  const rest = judgedRest(
    achieved,
    twelveDataRest({
      url: services.provider.restUrl,
      key: services.provider.key,
      budget,
      clock: steady,
      marketTime: now,
      onSpoilt: ({ symbol, interval: timeframe }, spoilt) => {
        metrics.restBarsSpoilt.inc({ timeframe }, spoilt.length);
        log.warn(
          { symbol, timeframe, count: spoilt.length, first: spoilt[0]?.why },
          'REST gave bars that cannot be true: left out',
        );
      },
      onFacts: (symbol, facts) => instruments.learn(symbol, facts, 'rest'),
    }),
  );

  const feed$ = connectable(
    twelveDataFeed({
      url: services.provider.wsUrl,
      key: services.provider.key,
      clock: steady,
      timeOfDay: () => wall.now(),
      random,
      symbols$: watchList.symbols$,
      isMarketOpen: markets.owesPrices,
      onFacts: (symbol, facts) => instruments.learn(symbol, facts, 'socket'),
      factsOf: instruments.facts,
      marketTime: now,
      staleMs: config.TICK_STALE_MS,
      onSkipped: ({ kind, sample, count }) => {
        metrics.framesSkipped.inc({ kind });
        if (count === 1) log.warn({ kind, sample }, 'the provider sent a frame that makes no sense: skipped');
      },
    }).pipe(
      map((event) => withoutSecrets(event, scrub)),
      // The demo's market goes by our own time, and a replay's is of another day: neither says what time it is.
      tap((event) => {
        if (event.kind === 'tick' && feedClock === null && !config.demo) trusted.observe(event.tick);
      }),
      catchError((error: unknown) => {
        log.error(
          { err: error },
          'the provider refuses the key: no live prices until a restart with another',
        );
        return EMPTY;
      }),
    ),
    { connector: () => new Subject<FeedEvent>(), resetOnDisconnect: false },
  );

  const lags = new Map<string, FeedLag>();
  const lagOf = (symbol: string): FeedLag => {
    const lag = lags.get(symbol) ?? createFeedLag();
    lags.set(symbol, lag);
    return lag;
  };
  // What was measured in another time says nothing of how late a feed is.
  const set = trusted.set$.subscribe(() => lags.clear());
  own({ close: () => set.unsubscribe() });
  // Not asked for at each tick: the median of many measurements moves slowly.
  let clockOffset = 0;
  const timer = setInterval(() => {
    clockOffset = Math.max(0, ...[...lags.values()].map((lag) => lag.offset()));
    for (const [symbol, lag] of lags) metrics.feedLag.set({ symbol }, lag.lag() / 1000);
  }, 1_000);
  own({ close: () => clearInterval(timer) });

  const rejected = (reason: TickFault) => {
    metrics.ticksRejected.inc({ reason });
    achieved.ticks.add(reason);
  };
  const ticks$ = feed$.pipe(
    filter((event) => event.kind === 'tick'),
    map(({ tick }) => tick),
    tickQuality({
      clock,
      // A clock that the ticks themselves drive is never behind them: there time is confirmed by other ticks.
      maxAheadMs: feedClock === null ? config.TICK_MAX_AHEAD_MS : Infinity,
      offsetOf: () => clockOffset,
      known: (symbol) => watchList.current().has(symbol),
      onReject: rejected,
    }),
    feedClock === null
      ? tap((tick) => lagOf(tick.symbol).observe(tick))
      : pipe(confirmLeaps({ onReject: () => rejected('time') }), driveClock(feedClock)),
    tap((tick) => spreads.observe(tick)),
    share(),
  );
  const heard$ = merge(
    ticks$.pipe(map((tick): FeedEvent => ({ kind: 'tick', tick }))),
    feed$.pipe(filter((event) => event.kind === 'state')),
  );

  return {
    watchList,
    verdicts$,
    feed$,
    begin: () => feed$.connect(),
    ticks$,
    // A market of other days does not run on while we stand still.
    unheard$: (feedClock === null
      ? merge(heard$, loopStalls({ clock: steady, timeOfDay: () => wall.now() })).pipe(interruptions())
      : heard$.pipe(interruptionsByEventTime())
    ).pipe(share()),
    rest,
    budget,
    lags,
    lagOf,
    feedState$: new BehaviorSubject<FeedFrame>({ type: 'feed', state: 'connecting', since: wall.now() }),
    calendar$: new BehaviorSubject<CalendarState>({ state: 'unknown', events: [] }),
    articles$: new BehaviorSubject<readonly Article[] | undefined>(
      services.news === undefined ? undefined : [],
    ),
  };
}

/** The provider's reasons are shown to everybody, and may repeat the key that it was asked with. */
function withoutSecrets(event: FeedEvent, scrub: (text: string) => string): FeedEvent {
  if (event.kind === 'state' && event.reason !== undefined) return { ...event, reason: scrub(event.reason) };
  if (event.kind !== 'symbols') return event;
  return { ...event, refused: event.refused.map((one) => ({ ...one, reason: scrub(one.reason) })) };
}

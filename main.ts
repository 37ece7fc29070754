import { once } from 'node:events';
import { mkdir } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import {
  asyncScheduler,
  catchError,
  EMPTY,
  filter,
  from,
  map,
  merge,
  mergeMap,
  pairwise,
  share,
  startWith,
  Subject,
  switchMap,
  take,
  tap,
} from 'rxjs';
import packageJson from './package.json' with { type: 'json' };
import { createAnswers } from './app/answers.ts';
import { createHealth } from './app/health.ts';
import { createLog } from './app/log.ts';
import { createMarkets } from './app/markets.ts';
import { createMetrics } from './app/metrics.ts';
import { createPostedCloses } from './app/posted-closes.ts';
import { startProbe } from './app/probe.ts';
import { outsideServices } from './app/services.ts';
import { createSymbolStatus } from './app/symbol-status.ts';
import { type Config, ConfigError, parseConfig } from './config.ts';
import { createApp } from './http/create-app.ts';
import { createServer } from './http/create-server.ts';
import { queueBoard } from './http/queue-board.ts';
import { websocketUpgrade } from './http/websocket-upgrade.ts';
import { communityChannel } from './jobs/community-channel.ts';
import { deliveryWorker } from './jobs/delivery.ts';
import { analyseWindow, type WindowAnalyser } from './operators/analyse-window.ts';
import { createFeedLag, type FeedLag } from './operators/feed-lag.ts';
import { createLearningBook, UNTAUGHT } from './operators/learning-book.ts';
import { createSpreadBook } from './operators/spread-book.ts';
import { tickQuality } from './operators/tick-quality.ts';
import type { CalendarState } from './schema/calendar.ts';
import type { Article } from './schema/rest.ts';
import type { SignalEvent } from './schema/signal-event.ts';
import type { Signal } from './schema/signal.ts';
import type { Timeframe } from './schema/timeframe.ts';
import type { FeedFrame } from './schema/wire.ts';
import { backendFeed } from './sinks/backend-feed.ts';
import { communityQueue } from './sinks/community-queue.ts';
import { createPriceFeed } from './sinks/price-feed.ts';
import { createSignalFeed } from './sinks/signal-feed.ts';
import { storeWriter } from './sinks/store-writer.ts';
import { openStore } from './store/open-store.ts';
import { queueBackend } from './store/queue-backend.ts';
import { restoreSymbol } from './store/restore-symbol.ts';
import { calendarFeed } from './streams/calendar.ts';
import { createCreditBudget } from './streams/credit-budget.ts';
import { createFeedClock, driveClock } from './streams/feed-clock.ts';
import { interruptions } from './streams/interruptions.ts';
import { loopStalls } from './streams/loop-stalls.ts';
import { newsFeed } from './streams/news.ts';
import { perSymbol } from './streams/per-symbol.ts';
import { type SymbolInput, symbolActor, symbolOfInput } from './streams/symbol-actor.ts';
import { twelveDataFeed } from './streams/twelvedata.ts';
import { twelveDataRest } from './streams/twelvedata-rest.ts';
import { createWatchList, type SymbolVerdict } from './streams/watch-list.ts';
import { type AnalysisLane, createAnalysisPool } from './workers/analysis-pool.ts';

/** Bars that another analyser is sent. */
const analysisBars = 250;
/** Time to stop in, ms. */
const stopWithinMs = 9_500;

const config = configuration();
const log = createLog({
  level: config.LOG_LEVEL,
  pretty: config.LOG_PRETTY ?? process.stdout.isTTY,
  secrets: secretsOf(config),
});
await serve(config).catch((error: unknown) => {
  log.fatal({ err: error }, 'could not start');
  process.exitCode = 1;
});

function configuration(): Config {
  try {
    process.loadEnvFile();
  } catch {
    // No .env: the environment alone counts.
  }
  try {
    return parseConfig(process.env);
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    process.stderr.write(`${error.message}\n`);
    return process.exit(78);
  }
}

function secretsOf({ API_KEYS = [], ...config }: Config): string[] {
  const passwords = [config.DATABASE_URL, config.REDIS_URL].map((url) =>
    url === undefined ? undefined : decodeURIComponent(new URL(url).password),
  );
  const keys = [
    config.TWELVEDATA_API_KEY,
    config.FINLIGHT_API_KEY,
    config.COMMUNITY_API_KEY,
    config.BACKEND_API_KEY,
    ...API_KEYS,
    ...passwords,
  ];
  return keys.filter((key) => key !== undefined);
}

/** Everything, from the ticks to the sockets. What is opened first is closed last. */
async function serve(config: Config): Promise<void> {
  const stack = new AsyncDisposableStack();
  const own = <T extends { close: (patienceMs?: number) => unknown }>(resource: T): T => {
    stack.defer(async () => void (await resource.close()));
    return resource;
  };
  stopOnSignal(stack);

  // Time: the machine's for sockets and timers, the ticks' for the market where CLOCK=feed.
  const wall = asyncScheduler;
  const feedTime = config.CLOCK === 'feed' ? createFeedClock(0) : null;
  const clock = feedTime?.clock ?? wall;
  const now = () => clock.now();
  const random = Math.random;

  await mkdir(config.DATA_DIR, { recursive: true });
  const services = own(await outsideServices(config));
  const metrics = createMetrics();
  const { registry } = metrics;
  const markets = createMarkets({ alignment: config.CANDLE_ALIGNMENT, neverClosed: config.demo });

  // Store and queue.
  const store = own(
    await openStore({ dataDir: config.DATA_DIR, databaseUrl: config.DATABASE_URL, log, now }),
  );
  const backend = own(queueBackend({ redisUrl: config.REDIS_URL, connection: store.connection, log }));
  const storeProbe = own(await startProbe(() => store.unhealthy()));
  const queueProbe = own(await startProbe(() => backend.unhealthy()));
  const writer = own(storeWriter({ store, log }));
  const queue = own(communityQueue({ store, backend, log, now }));
  const channels = services.community === undefined ? [] : [queue.channel];

  // Analyses, and what past outcomes teach them.
  const pool = own(
    createAnalysisPool({
      onTask: ({ lane, result, waitMs, runMs }) => {
        metrics.analyses.inc({ lane, result });
        metrics.analysisWait.observe({ lane }, waitMs / 1000);
        metrics.analysisRun.observe({ lane }, runMs / 1000);
      },
    }),
  );
  const learning = createLearningBook();
  for (const signal of await store.signals.resolved()) {
    if (signal.outcome !== null) learning.add(signal, signal.outcome);
  }
  const openSignals = new Map((await store.signals.open()).map((signal) => [signal.id, signal]));
  const spreads = createSpreadBook();
  const analyserOf = (
    close: { symbol: string; timeframe: Timeframe } | null,
    lane: AnalysisLane = { lane: 'request' },
  ): WindowAnalyser => ({
    analyse: (window, options) => pool.analyse(window, options, lane),
    options: {
      costBps: (close === null ? undefined : spreads.medianBps(close.symbol)) ?? config.SPREAD_BPS,
      minReward: config.RISK_MIN_REWARD,
    },
    learning: close === null ? UNTAUGHT : learning.of(close.symbol, close.timeframe),
  });

  // Streams.
  let feedFrame: FeedFrame = { type: 'feed', state: 'connecting', since: Date.now() };
  let calendar: CalendarState = { state: 'unknown', events: [] };
  let articles: readonly Article[] | undefined = services.news === undefined ? undefined : [];
  const verdicts$ = new Subject<SymbolVerdict>();
  const watchList = own(
    createWatchList({
      clock: wall,
      always: config.SYMBOLS,
      max: config.MAX_SYMBOLS,
      verdicts$,
      isNeeded: (symbol) => [...openSignals.values()].some((signal) => signal.symbol === symbol),
    }),
  );
  const status = createSymbolStatus({
    now,
    markets,
    staleMs: config.TICK_STALE_MS,
    timeframes: config.TIMEFRAMES,
    pinned: new Set(config.SYMBOLS),
    feedState: () => feedFrame.state,
  });
  const lags = new Map<string, FeedLag>();
  const lagOf = (symbol: string): FeedLag => {
    const lag = lags.get(symbol) ?? createFeedLag();
    lags.set(symbol, lag);
    return lag;
  };
  const budget = own(
    createCreditBudget({
      perMinute: services.credits.perMinute,
      perDay: services.credits.perDay,
      clock: wall,
    }),
  );
  const rest = twelveDataRest({
    url: services.provider.restUrl,
    key: services.provider.key,
    budget,
    clock: wall,
    random,
    marketTime: now,
  });

  const feed$ = twelveDataFeed({
    url: services.provider.wsUrl,
    key: services.provider.key,
    clock: wall,
    random,
    symbols$: watchList.symbols$,
    isMarketOpen: markets.isOpen,
    marketTime: now,
    staleMs: config.TICK_STALE_MS,
    onSkipped: ({ kind, sample, count }) => {
      metrics.framesSkipped.inc({ kind });
      if (count === 1) log.warn({ kind, sample }, 'the provider sent a frame that makes no sense: skipped');
    },
  }).pipe(
    catchError((error: unknown) => {
      log.error({ err: error }, 'the provider refuses the key: no live prices until a restart with another');
      return EMPTY;
    }),
    share(),
  );

  let clockOffset = 0;
  const ticks$ = feed$.pipe(
    filter((event) => event.kind === 'tick'),
    map(({ tick }) => tick),
    tickQuality({
      clock,
      // A clock that the ticks themselves drive is never behind them.
      maxAheadMs: feedTime === null ? config.TICK_MAX_AHEAD_MS : Infinity,
      offsetOf: () => clockOffset,
      known: (symbol) => watchList.current().has(symbol),
      onReject: (reason) => metrics.ticksRejected.inc({ reason }),
    }),
    feedTime === null ? tap((tick) => lagOf(tick.symbol).observe(tick)) : driveClock(feedTime),
    share(),
  );
  const heard$ = merge(feed$.pipe(interruptions()), loopStalls({ clock: wall })).pipe(share());

  const released$ = new Subject<string>();
  const outside = new Set<string>();
  const posts$ = new Subject<SymbolInput>();
  const watched$ = watchList.symbols$.pipe(
    startWith(new Set<string>()),
    pairwise(),
    mergeMap(([before, after]) => {
      for (const symbol of before) if (!after.has(symbol)) release(symbol);
      const added = [...after].filter((symbol) => !before.has(symbol));
      // A symbol known from posts alone becomes a live one: its actor begins anew.
      for (const symbol of added) if (outside.delete(symbol)) released$.next(symbol);
      return from(added);
    }),
    map((symbol): SymbolInput => ({ kind: 'watch', symbol })),
  );
  const inputs$ = merge(
    ticks$.pipe(map((tick): SymbolInput => ({ kind: 'tick', tick }))),
    heard$.pipe(
      mergeMap((interruption) =>
        Array.from(watchList.current(), (symbol): SymbolInput => ({ ...interruption, symbol })),
      ),
    ),
    // A clock that follows the feed stands still until the first tick; so do the actors.
    feedTime === null
      ? watched$
      : ticks$.pipe(
          take(1),
          switchMap(() => watched$),
        ),
    posts$,
  );
  let ongoing: { readonly from: number } | undefined;
  const outputs$ = inputs$.pipe(
    perSymbol(
      symbolActor({
        clock,
        timeframes: config.TIMEFRAMES,
        historySize: config.HISTORY_SIZE,
        graceMs: config.CANDLE_GRACE_MS,
        isLive: (symbol) => watchList.current().has(symbol),
        marketOf: markets.of,
        gridOf: markets.gridOf,
        isProviderGrid: markets.isProviderGrid,
        lagOf: (symbol) => {
          const { lag, exceedsCap, ahead } = lagOf(symbol);
          return { lag, exceedsCap, ahead };
        },
        ongoing: () =>
          ongoing && { kind: 'interruption', from: ongoing.from, to: Infinity, reason: 'the feed is away' },
        restore: (symbol) => {
          const opens = config.TIMEFRAMES.map((timeframe) => markets.gridOf(symbol, timeframe).openOf(now()));
          return restoreSymbol(store, {
            symbol,
            timeframes: config.TIMEFRAMES,
            historySize: config.HISTORY_SIZE,
            formingFrom: Math.min(...opens),
            now: now(),
          });
        },
        ask: (request) => rest.timeSeries(request),
        analyse: (columns, candle) => analyseWindow(columns, candle, analyserOf(candle, { lane: 'live' })),
        desk: {
          calendar: () => calendar,
          news: {
            beforeMs: config.NEWS_WINDOW_BEFORE_MIN * 60_000,
            afterMs: config.NEWS_WINDOW_AFTER_MIN * 60_000,
            failMode: config.NEWS_FAIL_MODE,
          },
          risk: {
            maxPerDay: config.RISK_MAX_PER_DAY,
            maxPerHour: config.RISK_MAX_PER_HOUR,
            minSpacingMs: config.RISK_MIN_SPACING_MIN * 60_000,
            minReward: config.RISK_MIN_REWARD,
          },
          costOf: (price) => (price * config.SPREAD_BPS) / 10_000,
        },
        onLate: (symbol) => metrics.ticksLate.inc({ symbol }),
        onRestFailure: (error, symbol, timeframe) =>
          log.warn({ err: error, symbol, timeframe }, 'REST gave no candles; asked again later'),
        onAnalysisFailure: (error, { symbol, timeframe, closeTime }) =>
          log.error({ err: error, symbol, timeframe, closeTime }, 'an analysis failed'),
        onSuperseded: ({ timeframe }) => metrics.analysesSuperseded.inc({ timeframe }),
      }),
      {
        symbolOf: symbolOfInput,
        released$,
        onRestart: (symbol, error) => {
          metrics.actorRestarts.inc({ symbol });
          log.error({ err: error, symbol }, 'a symbol failed and starts again');
        },
        onStop: (symbol, error) => {
          status.stopped.set(symbol, error instanceof Error ? error.message : String(error));
          log.error({ err: error, symbol }, 'a symbol failed too often and stands still');
        },
      },
    ),
    share(),
  );

  // Sinks.
  const limits = { maxSubscriptions: config.MAX_SUBSCRIPTIONS };
  const onError = (error: unknown) => log.error({ err: error }, 'a feed failed');
  const interest = () => {
    const free = new Set<string>();
    return {
      watch: async (symbol: string) => {
        if (!outside.has(symbol)) return watchList.watch(symbol);
        free.add(symbol);
        return 'ok' as const;
      },
      release: (symbol: string) => {
        if (!free.delete(symbol)) watchList.release(symbol);
      },
    };
  };
  const position = await store.log.position();
  const prices = createPriceFeed({ clock: wall, registry, limits, onError, ...interest() });
  const signals = createSignalFeed({
    clock: wall,
    registry,
    limits,
    onError,
    ...interest(),
    log: {
      head: { epoch: position.epoch, offset: position.offset },
      since: (offset, limit) => store.log.since(offset, limit),
    },
  });
  const analyser =
    config.BACKEND_URL === undefined
      ? undefined
      : own(
          backendFeed({
            url: config.BACKEND_URL,
            apiKey: config.BACKEND_API_KEY,
            onFailure: (error, close) =>
              log.warn({ err: error, ...close }, 'the analyser did not take a candle'),
          }),
        );
  const posted = createPostedCloses();

  const release = (symbol: string) => {
    released$.next(symbol);
    for (const one of [status, spreads, prices, signals]) one.forget(symbol);
    lags.delete(symbol);
  };
  const isOpen = (symbol: string, timeframe: string) =>
    [...openSignals.values()].some((signal) => signal.symbol === symbol && signal.timeframe === timeframe);

  const record = async (events: readonly SignalEvent[]): Promise<void> => {
    follow(events);
    try {
      const { frames, opened } = await writer.record(events, channels);
      for (const frame of frames) signals.publish(frame);
      for (const event of events) {
        if (event.kind !== 'decided' || event.changed) continue;
        const { symbol, timeframe } = event.decision;
        if (isOpen(symbol, timeframe)) continue;
        signals.remember({ symbol, timeframe, signal: event.decision, timestamp: event.decision.close_time });
      }
      posted.committed(events);
      if (channels.length > 0) await queue.enqueue(opened);
    } catch (error) {
      log.error({ err: error, events }, 'signal events were not stored');
      posted.failed(events, error);
    }
  };
  const follow = (events: readonly SignalEvent[]): void => {
    for (const event of events) {
      if (event.kind === 'opened') {
        const { id, timeframe, signal_type } = event.signal;
        openSignals.set(id, event.signal);
        metrics.signals.inc({ timeframe, signal_type });
        log.info({ id, symbol: event.signal.symbol, timeframe, signal_type }, 'signal');
      } else if (event.kind === 'resolved') {
        const signal: Signal | undefined = openSignals.get(event.id);
        openSignals.delete(event.id);
        if (signal !== undefined) learning.add(signal, event.outcome);
        metrics.outcomes.inc({ timeframe: event.timeframe, status: event.outcome.status });
      } else if (event.kind === 'withheld') metrics.gateRefusals.inc({ gate: event.withheld.gate });
      else if (event.kind === 'decided') {
        const disagreement = event.decision.lineage['odds_disagreement'];
        if (typeof disagreement === 'number') metrics.oddsDisagreement.observe(disagreement);
      }
    }
  };

  for (const signal of openSignals.values()) {
    const { symbol, timeframe, created_at } = signal;
    signals.remember({ symbol, timeframe, signal, timestamp: created_at });
  }
  for (const decision of await store.signals.lastDecisions()) {
    const { symbol, timeframe, close_time } = decision;
    if (!isOpen(symbol, timeframe))
      signals.remember({ symbol, timeframe, signal: decision, timestamp: close_time });
  }

  const worker =
    services.community === undefined
      ? undefined
      : deliveryWorker({
          store,
          backend,
          channel: communityChannel({
            url: services.community.url,
            path: services.community.path,
            apiKey: services.community.key,
            idempotent: config.COMMUNITY_IDEMPOTENT,
            timeoutMs: config.COMMUNITY_TIMEOUT_MS,
            perMinute: config.COMMUNITY_RATE_PER_MINUTE,
          }),
          log,
          now,
          livePrice: status.livePrice,
          wake: queue.wake,
          observe: ({ channel, state, durationMs, ageMs }) => {
            metrics.attempts.inc({ channel, state });
            metrics.attemptTime.observe({ channel }, durationMs / 1000);
            if (state === 'delivered') metrics.deliveryAge.observe({ channel }, ageMs / 1000);
          },
        });
  if (worker !== undefined) own(worker);

  // Http.
  const started$ = outputs$.pipe(filter((output) => output.kind === 'started'));
  const answers = createAnswers({
    config,
    store,
    status,
    watched: () => watchList.current(),
    analyserOf,
    posted,
    post: async (close) => {
      await startOutside(close.symbol);
      posts$.next(close);
    },
  });
  const startOutside = async (symbol: string): Promise<void> => {
    if (status.histories.has(symbol)) return;
    const started = new Promise<void>((done) => {
      const waiting = started$
        .pipe(
          filter((output) => output.symbol === symbol),
          take(1),
        )
        .subscribe(() => done());
      stack.defer(() => waiting.unsubscribe());
    });
    if (!watchList.current().has(symbol)) outside.add(symbol);
    posts$.next({ kind: 'watch', symbol });
    await started;
  };
  const health = createHealth({
    demo: config.demo,
    version: packageJson.version,
    feed: () => feedFrame,
    status,
    lags: () =>
      Object.fromEntries(
        [...lags].map(([symbol, lag]) => [symbol, { lag_ms: lag.lag(), clock_offset_ms: lag.offset() }]),
      ),
    store: storeProbe,
    queue: services.community === undefined && config.REDIS_URL === undefined ? undefined : queueProbe,
    writer: () => writer.state(),
    calendar: () => calendar,
    articles: () => articles?.length,
    credits: () => budget.state(),
    analyses: () => ({
      threads: pool.threads,
      running: pool.running,
      waiting: pool.waiting.live + pool.waiting.requests,
    }),
  });
  const app = createApp({
    options: {
      allowedOrigins: config.ALLOWED_ORIGINS,
      trustProxy: config.TRUST_PROXY,
      apiKeys: config.API_KEYS ?? [],
      defaultTimeframe: config.TIMEFRAMES[0]!,
      webDist: join(import.meta.dirname, 'web/dist'),
      version: packageJson.version,
    },
    clock: { now: () => Date.now() },
    ...answers,
    ...health,
    news: () => {
      const impactful = calendar.events.filter(({ impact }) => impact === 'High');
      return {
        state: calendar.state,
        impactful_events: [...impactful].sort((a, b) => a.time - b.time),
        total_events: calendar.events.length,
        high_impact_count: impactful.length,
        articles: [...(articles ?? [])],
      };
    },
    symbols: () => [...watchList.current()].map(status.describe),
    queue: () => queue.counts(),
    registry,
    queueBoard: queueBoard({ queues: [queue.queue], store, now }),
    onError: (error) => log.error({ err: error }, 'a request failed'),
  });
  const upgrade = websocketUpgrade({
    feeds: { '/ws': prices, '/ws/signals': signals },
    allowedOrigins: config.ALLOWED_ORIGINS,
    trustProxy: config.TRUST_PROXY,
    apiKeys: config.API_KEYS ?? [],
    maxConnections: config.MAX_CONNECTIONS,
    maxConnectionsPerIp: config.MAX_CONNECTIONS_PER_IP,
    maxFrameBytes: config.MAX_FRAME_BYTES,
    registry,
  });
  const server = createServer(app, config.MAX_CONNECTIONS);
  server.on('upgrade', upgrade.handle);

  // From here on it runs.
  const running = outputs$.subscribe({
    next: (output) => {
      const { symbol } = output;
      if (output.kind === 'started') status.histories.set(symbol, output.histories);
      else if (output.kind === 'signals') void record(output.events);
      else if (output.kind === 'backfilled') {
        for (const candle of output.filled.candles) writer.candle(candle);
        writer.empty(symbol, output.filled.timeframe, output.filled.empty);
      } else if (output.event.kind === 'empty') writer.empty(symbol, '1min', output.event.openTimes);
      else if (output.event.kind === 'candle') {
        const { candle, closed } = output.event;
        prices.publishCandle(candle, closed);
        if (!closed) return;
        writer.candle(candle);
        metrics.candles.inc({ timeframe: candle.timeframe, complete: String(candle.complete) });
        if (candle.revision > 0) metrics.candlesRevised.inc({ timeframe: candle.timeframe });
        if (candle.complete && candle.revision === 0) {
          analyser?.publish(status.histories.get(symbol)?.get(candle.timeframe)?.candles(analysisBars) ?? []);
        }
      }
    },
    error: (error: unknown) => {
      log.fatal({ err: error }, 'the stream of symbols failed');
      process.kill(process.pid, 'SIGTERM');
    },
  });
  running.add(
    ticks$.subscribe((tick) => {
      prices.publishTick(tick);
      status.lastTick.set(tick.symbol, tick);
      spreads.observe(tick);
      metrics.ticks.inc({ symbol: tick.symbol });
    }),
  );
  running.add(
    heard$.subscribe((interruption) => {
      ongoing = interruption.to === Infinity ? interruption : undefined;
      for (const lag of lags.values()) lag.gap();
    }),
  );
  running.add(
    feed$.subscribe((event) => {
      if (event.kind === 'symbols') {
        for (const symbol of event.accepted) {
          status.refused.delete(symbol);
          verdicts$.next({ symbol, accepted: true });
        }
        for (const { symbol, reason } of event.refused) {
          if (watchList.current().has(symbol)) status.refused.set(symbol, reason);
          verdicts$.next({ symbol, accepted: false });
        }
      } else if (event.kind === 'state') {
        const { state, at, reason } = event;
        feedFrame = { type: 'feed', state, since: at, ...(reason === undefined ? {} : { reason }) };
        log.info({ state, reason }, 'feed');
        if (state === 'connecting') metrics.feedConnects.inc();
        metrics.feedState.reset();
        metrics.feedState.set({ state }, 1);
        prices.publishState(feedFrame);
        signals.publishState(feedFrame);
      }
    }),
  );
  running.add(
    calendarFeed({
      url: services.calendarUrl,
      cachePath: join(config.DATA_DIR, 'calendar.json'),
      clock: wall,
      marketTime: now,
      random,
      onProblem: (problem) => log.warn({ problem }, 'calendar'),
    }).subscribe((state) => {
      calendar = state;
      metrics.calendarState.reset();
      metrics.calendarState.set({ state: state.state }, 1);
    }),
  );
  if (services.news !== undefined) {
    running.add(
      newsFeed({
        ...services.news,
        clock: wall,
        random,
        onProblem: (problem) => log.warn({ problem }, 'news'),
      }).subscribe((newest) => (articles = newest)),
    );
  }
  const timers = [
    setInterval(() => {
      clockOffset = Math.max(0, ...[...lags.values()].map((lag) => lag.offset()));
      for (const [symbol, lag] of lags) metrics.feedLag.set({ symbol }, lag.lag() / 1000);
    }, 1_000),
    setInterval(() => void measureQueue().catch(() => {}), 5_000),
    setInterval(
      () => void prune().catch((error: unknown) => log.warn({ err: error }, 'pruning failed')),
      3_600_000,
    ),
  ];
  const measureQueue = async () => {
    const { minute, day } = budget.state();
    metrics.restCredits.set({ window: 'minute' }, minute.left);
    metrics.restCredits.set({ window: 'day' }, day.left);
    const { candles, causes, droppedCandles, refusedCauses } = writer.state();
    metrics.storeWaiting.set({ kind: 'candles' }, candles);
    metrics.storeWaiting.set({ kind: 'signals' }, causes);
    metrics.storeDropped.set({ kind: 'candles' }, droppedCandles);
    metrics.storeDropped.set({ kind: 'signals' }, refusedCauses);
    const { counts, oldest_age_seconds } = await queue.counts();
    for (const [state, depth] of Object.entries(counts))
      metrics.queueDepth.set({ channel: queue.channel, state }, depth);
    metrics.queueOldest.set({ channel: queue.channel }, oldest_age_seconds ?? 0);
  };
  const prune = async () => {
    if (!config.TIMEFRAMES.includes('1min')) await store.candles.prune('1min', now() - 7 * 86_400_000);
  };
  // Signals of symbols that only posts, or former subscribers, brought are followed to their end.
  for (const symbol of new Set([...openSignals.values()].map((signal) => signal.symbol))) {
    if (watchList.current().has(symbol)) continue;
    const isLive = [...openSignals.values()].some(
      (signal) => signal.symbol === symbol && signal.lineage['source'] !== 'posted',
    );
    if (isLive && (await watchList.watch(symbol)) === 'ok') watchList.release(symbol);
    else await startOutside(symbol);
  }

  stack.defer(async () => void (await Promise.all([prices.close(), signals.close()])));
  stack.defer(async () => {
    server.closeIdleConnections();
    const closed = new Promise((done) => server.close(done));
    await Promise.race([closed, new Promise((done) => setTimeout(done, 1_000).unref())]);
    server.closeAllConnections();
  });
  stack.defer(() => upgrade.stop());
  stack.defer(() => {
    for (const timer of timers) clearInterval(timer);
    running.unsubscribe();
  });

  server.listen(config.PORT, config.HOST);
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const host = config.HOST.includes(':') ? `[${config.HOST}]` : config.HOST;
  if (config.demo) {
    log.info('demo: prices come from the bundled simulator; set TWELVEDATA_API_KEY for real ones');
  }
  log.info({ url: `http://${host}:${port}`, startMs: Math.round(performance.now()) }, 'serving');
}

/** A first SIGTERM or SIGINT closes everything in order and exits 0; a second one, or too long a stop, exits at once. */
function stopOnSignal(stack: AsyncDisposableStack): void {
  let isStopping = false;
  const stop = async (signal: string) => {
    if (isStopping) process.exit(1);
    isStopping = true;
    log.info({ signal }, 'stopping');
    setTimeout(() => process.exit(1), stopWithinMs).unref();
    await stack
      .disposeAsync()
      .catch((error: unknown) => log.error({ err: error }, 'a part did not stop well'));
    log.info('stopped');
    await new Promise<void>((done) => log.flush(() => done()));
    process.exit(0);
  };
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, () => void stop(signal));
}

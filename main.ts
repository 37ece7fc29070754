import { join } from 'node:path';
import { Subscription } from 'rxjs';
import type { Logger } from 'pino';
import { openAnalysis } from './app/analysis.ts';
import { type Context, createContext } from './app/context.ts';
import { openDeliveries } from './app/deliveries.ts';
import { type Feeds, openFeeds } from './app/feeds.ts';
import { createLog } from './app/log.ts';
import { openGauges } from './app/measure.ts';
import { createPostedCloses, type PostedCloses } from './app/posted-closes.ts';
import { putAway } from './app/put-away.ts';
import { createSignalRecorder, type SignalRecorder } from './app/signal-recorder.ts';
import { openStorage, type Storage } from './app/storage.ts';
import { startAtZero } from './app/start-at-zero.ts';
import { openSymbols, type Symbols } from './app/symbols.ts';
import { SymbolUnavailableError } from './app/symbol-status.ts';
import { tellOfFeed } from './app/tell-of-feed.ts';
import { openUpstream, type Upstream } from './app/upstream.ts';
import { openWebServer } from './app/web-server.ts';
import { type Config, ConfigError, parseConfig, secretsOf } from './config.ts';
import { backendFeed } from './sinks/backend-feed.ts';
import { calendarFeed } from './streams/calendar.ts';
import { newsFeed } from './streams/news.ts';
import { createRecorder } from './streams/record.ts';
import { recordedEvent } from './streams/recorded-event.ts';

/** Time to stop in, ms. */
const stopWithinMs = 9_500;
/** A signal this soon after another is the same one, ms. */
const sameWishMs = 500;

const config = configuration();
const log = createLog({
  level: config.LOG_LEVEL,
  pretty: config.LOG_PRETTY ?? process.stdout.isTTY,
  secrets: secretsOf(config),
});
const stack = new AsyncDisposableStack();
const starting = serve(config, log);
let stopping: Promise<void> | undefined;
stopOnSignal();
try {
  await starting;
} catch (error) {
  log.fatal({ err: error }, 'could not start');
  await stop(1);
}

/** The sentence of the design: streams, operators, sinks, http. What is opened first is closed last. */
async function serve(config: Config, log: Logger): Promise<void> {
  const context = await createContext(config, log, stack);
  const storage = await openStorage(context);
  const analysis = await openAnalysis(context, storage.store);

  const upstream = openUpstream(context, analysis);
  const symbols = openSymbols(context, storage, analysis, upstream);

  const feeds = await openFeeds(context, storage, analysis, upstream, symbols);
  const deliveries = openDeliveries(context, storage, symbols.status.livePrice);
  const posted = createPostedCloses({ clock: context.wall });
  const record = createSignalRecorder(context, storage, analysis, feeds, deliveries, posted);
  startAtZero(context.metrics, { channels: deliveries.channels, timeframes: config.TIMEFRAMES });
  openGauges(context, storage, upstream, deliveries);

  subscribe(context, storage, upstream, symbols, feeds, record, posted);
  followOpenSignals();
  const url = await openWebServer(context, {
    storage,
    analysis,
    upstream,
    symbols,
    feeds,
    deliveries,
    posted,
  });

  if (config.demo) {
    log.info(
      { platform: context.services.platformPage },
      'demo: prices come from the bundled simulator; set TWELVEDATA_API_KEY for real ones',
    );
  }
  log.info({ url, startMs: Math.round(performance.now()) }, 'serving');

  /**
   * Open signals of symbols that nobody asks for, posted ones among them, are followed to their end. Nobody waits for it: the
   * provider may be away.
   */
  function followOpenSignals(): void {
    const { watchList } = upstream;
    const follow = async (symbol: string, onlyPosted: boolean): Promise<void> => {
      if (watchList.current().has(symbol)) return;
      if (!onlyPosted && (await watchList.watch(symbol)) === 'ok') watchList.release(symbol);
      else await symbols.tell({ kind: 'watch', symbol });
    };
    const followAnyhow = (symbol: string, onlyPosted: boolean) => {
      follow(symbol, onlyPosted).catch((error: unknown) =>
        log.error({ err: error, symbol }, 'its open signals are not followed'),
      );
    };
    const isPosted = new Map<string, boolean>();
    for (const { symbol, lineage } of analysis.openSignals.values()) {
      isPosted.set(symbol, (isPosted.get(symbol) ?? true) && lineage['source'] === 'posted');
    }
    for (const [symbol, onlyPosted] of isPosted) followAnyhow(symbol, onlyPosted);
    watchList.lost$.subscribe(({ symbol }) => {
      if (analysis.isOpen(symbol)) followAnyhow(symbol, true);
    });
  }
}

/** Sets everything flowing. The only place that subscribes. */
function subscribe(
  context: Context,
  storage: Storage,
  upstream: Upstream,
  symbols: Symbols,
  feeds: Feeds,
  record: SignalRecorder,
  posted: PostedCloses,
): void {
  const { config, log, metrics, services, wall, now, random, own } = context;
  const { prices, signals } = feeds;
  const { ticks$, feed$, unheard$, calendar$, articles$, lags } = upstream;
  const { status } = symbols;
  const running = new Subscription();
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

  const recorder = config.RECORD_TICKS
    ? own(
        createRecorder({
          folder: join(config.DATA_DIR, 'ticks'),
          now,
          onError: (error, lost) => log.warn({ err: error, lost }, 'ticks could not be recorded'),
        }),
      )
    : undefined;

  running.add(
    symbols.released$.subscribe((symbol) => {
      recorder?.record({ kind: 'released', symbol });
      prices.forget(symbol);
      signals.forget(symbol);
    }),
  );
  running.add(
    upstream.watchList.lost$.subscribe((lost) => {
      log.warn({ ...lost }, 'a symbol that somebody asked for is watched no more');
      feeds.lose(lost);
    }),
  );
  running.add(
    symbols.failed$.subscribe((symbol) =>
      posted.abandon(symbol, new SymbolUnavailableError(`${symbol} has failed; see /health`)),
    ),
  );
  running.add(
    unheard$.subscribe((interruption) => {
      symbols.interrupted(interruption);
      for (const lag of lags.values()) lag.gap();
      recorder?.record(recordedEvent(interruption));
    }),
  );
  running.add(
    ticks$.subscribe((tick) => {
      prices.publishTick(tick);
      recorder?.record(tick);
      status.lastTick.set(tick.symbol, tick);
      metrics.ticks.inc({ symbol: tick.symbol });
    }),
  );
  running.add(
    symbols.outputs$.subscribe({
      next: (output) => {
        if (output.kind === 'started' || output.kind === 'repaired') recorder?.record(recordedEvent(output));
        putAway(output, context, storage, symbols, feeds, record, analyser);
      },
      error: (error: unknown) => {
        log.fatal({ err: error }, 'the stream of symbols failed');
        void stop(1);
      },
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
    }).subscribe((calendar) => {
      calendar$.next(calendar);
      metrics.calendarState.reset();
      metrics.calendarState.set({ state: calendar.state }, 1);
    }),
  );
  if (services.news !== undefined) {
    const onProblem = (problem: string) => log.warn({ problem }, 'news');
    running.add(
      newsFeed({ ...services.news, clock: wall, random, onProblem }).subscribe((newest) =>
        articles$.next(newest),
      ),
    );
  }
  running.add(feed$.subscribe((event) => tellOfFeed(event, context, upstream, symbols, feeds)));
  running.add(upstream.begin());
  own({ close: () => running.unsubscribe() });
}

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

/**
 * A first SIGTERM or SIGINT closes everything in order and exits 0; a second one exits at once. Ctrl-C below `npm start`
 * comes twice, from the terminal and from npm: that is one wish.
 */
function stopOnSignal(): void {
  let since = 0;
  for (const signal of ['SIGTERM', 'SIGINT'] as const) {
    process.on(signal, () => {
      if (stopping !== undefined) {
        if (performance.now() - since > sameWishMs) process.exit(1);
        return;
      }
      since = performance.now();
      log.info({ signal }, 'stopping');
      void stop(0);
    });
  }
}

/** Stops once, whoever asks; the first reason gives the exit code. */
function stop(code: number): Promise<void> {
  return (stopping ??= closeAll(code));
}

/** Closes what was opened, the last first, and exits; too long a stop ends with 1. */
async function closeAll(code: number): Promise<void> {
  setTimeout(() => process.exit(1), stopWithinMs).unref();
  // What is still being opened could not be closed yet.
  await starting.catch(() => {});
  await stack.disposeAsync().catch((error: unknown) => log.error({ err: error }, 'a part did not stop well'));
  log.info('stopped');
  await new Promise<void>((done) => log.flush(() => done()));
  process.exit(code);
}

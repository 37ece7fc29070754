import { Subscription } from 'rxjs';
import { openAnalyser } from './app/analyser.ts';
import { openAnalysis } from './app/analysis.ts';
import { type Context, createContext } from './app/context.ts';
import { openDeliveries } from './app/deliveries.ts';
import { type Feeds, openFeeds } from './app/feeds.ts';
import { followNews } from './app/follow-news.ts';
import { followOpenSignals } from './app/follow-open-signals.ts';
import { createLog } from './app/log.ts';
import { openGauges } from './app/measure.ts';
import { createPostedCloses, type PostedCloses } from './app/posted-closes.ts';
import { putAway } from './app/put-away.ts';
import { readConfig } from './app/read-config.ts';
import { openRecorder } from './app/recorder.ts';
import { runUntilStopped, type Stop } from './app/run-until-stopped.ts';
import { createSignalRecorder, type SignalRecorder } from './app/signal-recorder.ts';
import { openStorage, type Storage } from './app/storage.ts';
import { startAtZero } from './app/start-at-zero.ts';
import { openSymbols, type Symbols } from './app/symbols.ts';
import { SymbolUnavailableError } from './app/symbol-status.ts';
import { tellOfFeed } from './app/tell-of-feed.ts';
import { openUpstream, type Upstream } from './app/upstream.ts';
import { openWebServer } from './app/web-server.ts';
import { secretsOf } from './config.ts';
import { recordedEvent } from './streams/recorded-event.ts';

const config = readConfig();
const log = createLog({
  level: config.LOG_LEVEL,
  pretty: config.LOG_PRETTY ?? process.stdout.isTTY,
  secrets: secretsOf(config),
});
await runUntilStopped(log, serve);

/** The sentence of the design: streams, operators, sinks, http. What is opened first is closed last. */
async function serve(stack: AsyncDisposableStack, stop: Stop): Promise<void> {
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

  subscribe(context, storage, upstream, symbols, feeds, record, posted, stop);
  followOpenSignals(context, analysis, upstream, symbols);
  const parts = { storage, analysis, upstream, symbols, feeds, deliveries, posted };
  const url = await openWebServer(context, parts);

  if (config.demo) {
    log.info(
      { platform: context.services.platformPage },
      'demo: prices come from the bundled simulator; set TWELVEDATA_API_KEY for real ones',
    );
  }
  log.info({ url, startMs: Math.round(performance.now()) }, 'serving');
}

/** Sets everything flowing. */
function subscribe(
  context: Context,
  storage: Storage,
  upstream: Upstream,
  symbols: Symbols,
  feeds: Feeds,
  record: SignalRecorder,
  posted: PostedCloses,
  stop: Stop,
): void {
  const { metrics, own } = context;
  const { prices, signals } = feeds;
  const { ticks$, feed$, unheard$, lags, watchList } = upstream;
  const { status } = symbols;
  const analyser = openAnalyser(context);
  const recorder = openRecorder(context);
  const running = new Subscription();

  running.add(
    symbols.released$.subscribe((symbol) => {
      recorder?.record({ kind: 'released', symbol });
      prices.forget(symbol);
      signals.forget(symbol);
    }),
  );
  running.add(
    watchList.lost$.subscribe((lost) => {
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
  running.add(followNews(context, upstream));
  running.add(feed$.subscribe((event) => tellOfFeed(event, context, upstream, symbols, feeds)));
  running.add(upstream.begin());
  own({ close: () => running.unsubscribe() });
}

import { analysesHealth } from './app/analyses-health.ts';
import { openAnalysis } from './app/analysis.ts';
import { toFeeds } from './app/broadcast.ts';
import { type Context, createContext } from './app/context.ts';
import { openQueues, openWorkers } from './app/deliveries.ts';
import { openFeeds } from './app/feeds.ts';
import { ingestHealth } from './app/ingest-health.ts';
import { openIngest } from './app/ingest.ts';
import { localMarket } from './app/local-market.ts';
import { createLog } from './app/log.ts';
import { measureQueues } from './app/measure.ts';
import { openPool } from './app/open-pool.ts';
import { readConfig } from './app/read-config.ts';
import { runIngest } from './app/run-ingest.ts';
import { runUntilStopped, type Stop } from './app/run-until-stopped.ts';
import { startAtZero } from './app/start-at-zero.ts';
import { openStorage } from './app/storage.ts';
import { storageHealth } from './app/storage-health.ts';
import { openWebServer } from './app/web-server.ts';
import { secretsOf } from './config.ts';

const config = readConfig();
const log = createLog({
  level: config.LOG_LEVEL,
  pretty: config.LOG_PRETTY ?? process.stdout.isTTY,
  secrets: secretsOf(config),
});
await runUntilStopped(log, async (stack, stop) => {
  const context = await createContext(config, log, stack);
  const url = await serveAll(context, stop);
  if (config.demo) {
    log.info(
      { platform: context.services.platformPage },
      'demo: prices come from the bundled simulator; set TWELVEDATA_API_KEY for real ones',
    );
  }
  log.info({ url, startMs: Math.round(performance.now()) }, 'serving');
});

/** The sentence of the design in one process: streams, operators, sinks, http. What is opened first is closed last. */
async function serveAll(context: Context, stop: Stop): Promise<string> {
  const storage = await openStorage(context);
  const { store, storeProbe, queueProbe } = storage;
  const pool = openPool(context);
  const analysis = await openAnalysis(context, store, pool);

  const ingest = openIngest(context, storage, analysis);
  const market = localMarket(store, analysis, ingest);

  const feeds = await openFeeds(context, store, analysis, market);
  const deliveries = openQueues(context, storage);
  openWorkers(context, storage, deliveries, ingest.symbols.status.livePrice);
  startAtZero(context.metrics, { channels: deliveries.channels, timeframes: config.TIMEFRAMES });
  measureQueues(context, storage, deliveries);

  runIngest(context, analysis, ingest, toFeeds(feeds), deliveries, stop);
  const hasQueue = deliveries.channels.length > 0 || config.REDIS_URL !== undefined;
  const health = [
    storageHealth({
      store: storeProbe,
      queue: hasQueue ? queueProbe : undefined,
      writer: () => ingest.storage.writer.state(),
    }),
    ingestHealth(context, ingest),
    analysesHealth(pool),
  ];
  return openWebServer(context, { storage, analysis, market, feeds, deliveries, health });
}

import { answerHelp } from './app/configuration/answer-help.ts';
import { analysesHealth } from './app/health/analyses-health.ts';
import { openAnalysis } from './app/ingest/analysis.ts';
import { toFeeds } from './sinks/feeds/to-feeds.ts';
import { type Context, createContext, createSurroundings } from './app/context.ts';
import { openQueues, openWorkers } from './app/deliveries.ts';
import { openCluster } from './app/cluster.ts';
import { openFeeds } from './app/web/feeds.ts';
import { openGateway } from './app/roles/gateway.ts';
import { firstWordOf } from './app/ingest/first-word-of.ts';
import { ingestHealth } from './app/health/ingest-health.ts';
import { openIngest } from './app/ingest/ingest.ts';
import { livePriceOf } from './app/roles/live-price-of.ts';
import { localMarket } from './app/web/local-market.ts';
import { fillDemo } from './app/demo/fill-demo.ts';
import { createLog } from './app/log.ts';
import { measureHealth, measureQueues } from './app/measure.ts';
import { openProbeServer } from './app/web/probe-server.ts';
import { openPool, openRemotePool, serveAnalyses } from './app/open-pool.ts';
import { strategiesHealth } from './app/strategies/open-strategies.ts';
import { inWords, readConfig } from './app/configuration/read-config.ts';
import { runIngest } from './app/ingest/run-ingest.ts';
import { runUntilStopped, type Stop } from './app/run-until-stopped.ts';
import { snapshotHealth } from './app/health/snapshot-health.ts';
import { openStandby } from './app/roles/standby.ts';
import { withOwnKey } from './app/configuration/own-key.ts';
import { tellOfKey } from './app/configuration/tell-of-key.ts';
import { takeTerm } from './app/ingest/take-term.ts';
import { startAtZero } from './app/health/start-at-zero.ts';
import { openStorage, type Storage } from './app/storage.ts';
import { channelsHealth } from './app/health/channels-health.ts';
import { loopHealth } from './app/health/loop-health.ts';
import { followChannels } from './app/health/follow-channels.ts';
import { queueHealth } from './app/health/queue-health.ts';
import { storeHealth } from './app/health/store-health.ts';
import { openWebServer } from './app/web/web-server.ts';
import { tryPort } from './app/web/try-port.ts';
import { isWhole, type Role, secretsOf } from './config.ts';

answerHelp();
const { config: configured, notes } = readConfig();
const { config, problem } = await withOwnKey(configured);
const log = createLog({
  level: config.LOG_LEVEL,
  pretty: config.LOG_PRETTY ?? process.stdout.isTTY,
  secrets: secretsOf(config),
});
for (const note of notes) log.warn(inWords(note));
await runUntilStopped(log, async (stack, stop, ending) => {
  if (problem !== undefined) throw problem;
  tellOfKey(config, log);
  await tryPort(config);
  const surroundings = await createSurroundings(config, log, stack);
  const storage = await openStorage(surroundings);
  const context = await createContext(surroundings, storage.store);
  const url = await (isWhole(config) ? serveAll : serveRoles)(context, storage, stop, ending);
  if (config.demo) {
    log.info(
      { platform: context.services.platformPage },
      'demo: prices come from the bundled simulator; set TWELVEDATA_API_KEY for real ones',
    );
  }
  log.info({ url, pid: process.pid, startMs: Math.round(performance.now()) }, 'serving');
});

/** The sentence of the design in one process: streams, operators, sinks, http. What is opened first is closed last. */
async function serveAll(
  context: Context,
  storage: Storage,
  stop: Stop,
  ending: AbortSignal,
): Promise<string> {
  const { store } = storage;
  await takeTerm(context, storage, stop);
  const pool = openPool(context, context.strategyFiles);
  // Before anything is read from the store.
  const history = await fillDemo(context, store, pool, ending);
  const analysis = await openAnalysis(context, store, pool);

  const ingest = openIngest(context, storage, analysis);
  const market = localMarket(context, store, analysis, ingest);

  const feeds = await openFeeds(context, store, analysis, market);
  const deliveries = openQueues(context, storage);
  openWorkers(context, storage, deliveries, ingest.symbols.status.livePrice);
  startAtZero(context.metrics, { channels: deliveries.channels, timeframes: config.TIMEFRAMES });
  measureQueues(context, deliveries);
  const channels = context.own(await followChannels(deliveries));

  const heard = firstWordOf(ingest.provider);
  // Nothing is waited for from here on, so that the port is open before the symbols' start takes its turns.
  runIngest(context, analysis, ingest, toFeeds(feeds), deliveries, stop);
  const health = [
    storeHealth(storage, () => ingest.storage.writer.state()),
    queueHealth(storage, deliveries),
    channelsHealth(channels, () => context.wall.now()),
    ingestHealth(context, ingest),
    analysesHealth(pool),
    strategiesHealth(context.strategyFiles),
    context.own(loopHealth()),
  ];
  measureHealth(context, health);
  const url = await openWebServer(context, { storage, analysis, market, feeds, deliveries, health, history });
  // The address is the last line of the start, where somebody looks for it.
  await heard;
  return url;
}

/** Some of the roles, over Redis and PostgreSQL: the market is an ingest elsewhere, even where it is in this process. */
async function serveRoles(context: Context, storage: Storage, stop: Stop): Promise<string> {
  const has = (role: Role) => config.ROLES.includes(role);
  const { store } = storage;
  const cluster = await openCluster(context, store);
  const health = [storeHealth(storage), queueHealth(storage), context.own(loopHealth()), cluster.settings];
  const analyses = has('ingest') || has('gateway');
  health.push(strategiesHealth(context.strategyFiles));
  if (has('analysis')) serveAnalyses(context, cluster, context.strategyFiles);
  const ownPool = analyses && has('analysis') ? openPool(context, context.strategyFiles) : undefined;
  const pool = ownPool ?? (analyses ? openRemotePool(context, cluster) : undefined);
  if (pool !== undefined) health.push(analysesHealth(pool, has('ingest')));

  if (pool !== undefined && has('ingest')) health.push(openStandby(context, storage, cluster, pool, stop));
  // A gateway looks at the queues; who enqueues or posts sweeps them too.
  const sweeps = has('delivery');
  const deliveries = sweeps || has('gateway') ? openQueues(context, storage, { sweeps }) : undefined;
  if (deliveries !== undefined) {
    health.push(
      queueHealth(storage, deliveries),
      channelsHealth(context.own(await followChannels(deliveries)), () => context.wall.now()),
    );
  }
  startAtZero(context.metrics, {
    channels: sweeps ? (deliveries?.channels ?? []) : [],
    timeframes: has('ingest') ? config.TIMEFRAMES : [],
  });
  if (deliveries !== undefined && sweeps) {
    openWorkers(context, storage, deliveries, livePriceOf(context, cluster.snapshots));
    measureQueues(context, deliveries);
  }
  measureHealth(context, health);
  if (pool === undefined || deliveries === undefined || !has('gateway'))
    return openProbeServer(context, health);
  const gateway = await openGateway(context, store, cluster, pool, stop);
  health.push(snapshotHealth(cluster.snapshots));
  return openWebServer(context, { ...gateway, storage, deliveries, health });
}

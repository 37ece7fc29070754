import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { createApp } from '../http/create-app.ts';
import { createServer } from '../http/create-server.ts';
import type { HttpDeps } from '../http/http-deps.ts';
import { queueBoard } from '../http/queue-board.ts';
import { websocketUpgrade } from '../http/websocket-upgrade.ts';
import packageJson from '../package.json' with { type: 'json' };
import type { Analysis } from './analysis.ts';
import { createAnswers } from './answers.ts';
import type { Context } from './context.ts';
import type { Deliveries } from './deliveries.ts';
import type { Feeds } from './feeds.ts';
import { createHealth } from './health.ts';
import type { PostedCloses } from './posted-closes.ts';
import type { Storage } from './storage.ts';
import type { Symbols } from './symbols.ts';
import type { Upstream } from './upstream.ts';

/** Requests in hand get this long at a stop, ms. */
const finishWithinMs = 1_000;

export interface Parts {
  readonly storage: Storage;
  readonly analysis: Analysis;
  readonly upstream: Upstream;
  readonly symbols: Symbols;
  readonly feeds: Feeds;
  readonly deliveries: Deliveries;
  readonly posted: PostedCloses;
}

/** REST and WebSockets on one port. Answers with the URL once it listens. */
export async function openWebServer(context: Context, parts: Parts): Promise<string> {
  const { config, metrics, own } = context;
  const { feeds } = parts;
  const app = createApp(httpDeps(context, parts));
  const upgrade = websocketUpgrade({
    feeds: { '/ws': feeds.prices, '/ws/signals': feeds.signals },
    allowedOrigins: config.ALLOWED_ORIGINS,
    trustProxy: config.TRUST_PROXY,
    apiKeys: config.API_KEYS ?? [],
    maxConnections: config.MAX_CONNECTIONS,
    maxConnectionsPerIp: config.MAX_CONNECTIONS_PER_IP,
    maxFrameBytes: config.MAX_FRAME_BYTES,
    registry: metrics.registry,
  });
  const server = createServer(app, config.MAX_CONNECTIONS);
  server.on('upgrade', upgrade.handle);
  own({
    close: async () => {
      upgrade.stop();
      const closed = new Promise((done) => server.close(done));
      server.closeIdleConnections();
      await Promise.race([closed, new Promise((done) => setTimeout(done, finishWithinMs).unref())]);
      server.closeAllConnections();
    },
  });
  server.listen(config.PORT, config.HOST);
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return `http://${config.HOST.includes(':') ? `[${config.HOST}]` : config.HOST}:${port}`;
}

function httpDeps(context: Context, parts: Parts): HttpDeps {
  const { config, log, metrics, now, isTimeKnown } = context;
  const { storage, analysis, upstream, symbols, deliveries, posted } = parts;
  const { calendar$, articles$, watchList } = upstream;
  const [community] = deliveries.queues;
  const hasQueue = deliveries.channels.length > 0 || config.REDIS_URL !== undefined;
  return {
    options: {
      allowedOrigins: config.ALLOWED_ORIGINS,
      trustProxy: config.TRUST_PROXY,
      apiKeys: config.API_KEYS ?? [],
      defaultTimeframe: config.TIMEFRAMES[0]!,
      webDist: join(import.meta.dirname, '../web/dist'),
      version: packageJson.version,
    },
    clock: { now: () => Date.now() },
    ...createAnswers({
      config,
      store: storage.store,
      status: symbols.status,
      watched: () => watchList.current(),
      isPosted: symbols.outside.has,
      analyserOf: analysis.analyserOf,
      post: symbols.tell,
      posted,
    }),
    ...createHealth({
      demo: config.demo,
      version: packageJson.version,
      feed: () => upstream.feedState$.value,
      isTimeKnown,
      status: symbols.status,
      lags: () =>
        Object.fromEntries(
          [...upstream.lags].map(([symbol, lag]) => [
            symbol,
            { lag_ms: lag.lag(), clock_offset_ms: lag.offset() },
          ]),
        ),
      store: storage.storeProbe,
      queue: hasQueue ? storage.queueProbe : undefined,
      writer: () => storage.writer.state(),
      calendar: () => calendar$.value,
      articles: () => articles$.value?.length,
      credits: () => upstream.budget.state(),
      analyses: () => {
        const { threads, running, waiting } = analysis.pool;
        return { threads, running, waiting: waiting.live + waiting.requests };
      },
    }),
    news: () => {
      const { state, events } = calendar$.value;
      const impactful = events.filter(({ impact }) => impact === 'High').sort((a, b) => a.time - b.time);
      return {
        state,
        impactful_events: impactful,
        total_events: events.length,
        high_impact_count: impactful.length,
        articles: [...(articles$.value ?? [])],
      };
    },
    symbols: () => Array.from(watchList.current(), symbols.status.describe),
    queue: () => community.counts(),
    registry: metrics.registry,
    queueBoard: queueBoard({
      queues: deliveries.queues.map(({ queue }) => queue),
      store: storage.store,
      log,
      trustProxy: config.TRUST_PROXY,
      now,
    }),
    onError: (error) => log.error({ err: error }, 'a request failed'),
  };
}

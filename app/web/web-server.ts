import { join } from 'node:path';
import { createWindowParser } from '../../http/bodies/window-parser.ts';
import { createApp } from '../../http/create-app.ts';
import type { HttpDeps } from '../../http/http-deps.ts';
import { queueBoard } from '../../http/queue-board.ts';
import { oneTimeTokens } from '../../http/guards/one-time-tokens.ts';
import { loginLink } from '../../http/routes/login-link.ts';
import { websocketUpgrade } from '../../http/guards/websocket-upgrade.ts';
import packageJson from '../../package.json' with { type: 'json' };
import type { Analysis } from '../ingest/analysis.ts';
import { createAnswers } from './answers.ts';
import type { Context } from '../context.ts';
import type { Deliveries } from '../deliveries.ts';
import type { Feeds } from './feeds.ts';
import { createHealth, type HealthSource } from '../health/health.ts';
import { keysOf } from './keys-of.ts';
import { listen } from './listen.ts';
import type { Market } from './market.ts';
import { queueAnswer } from './queue-answer.ts';
import { reachableUrl } from './reachable-url.ts';
import type { SimulatedHistory } from '../../schema/simulated-history.ts';
import type { Storage } from '../storage.ts';

export interface Parts {
  readonly storage: Storage;
  readonly analysis: Analysis;
  readonly market: Market;
  readonly feeds: Feeds;
  readonly deliveries: Deliveries;
  readonly health: readonly HealthSource[];
  /** In the demo: the simulated history that it was filled with. */
  readonly history?: SimulatedHistory | undefined;
}

/** REST and WebSockets on one port. Answers with the URL once it listens. */
export async function openWebServer(context: Context, parts: Parts): Promise<string> {
  const { config, log, metrics } = context;
  const { feeds } = parts;
  const entrance = { keys: keysOf(context), tokens: oneTimeTokens(() => context.steady.now()) };
  const upgrade = websocketUpgrade({
    feeds: { '/ws': feeds.prices, '/ws/signals': feeds.signals },
    allowedOrigins: config.ALLOWED_ORIGINS,
    trustProxy: config.TRUST_PROXY,
    keys: entrance.keys,
    maxConnections: config.MAX_CONNECTIONS,
    maxConnectionsPerIp: config.MAX_CONNECTIONS_PER_IP,
    maxFrameBytes: config.MAX_FRAME_BYTES,
    registry: metrics.registry,
  });
  const url = await listen(context, createApp({ ...httpDeps(context, parts), ...entrance }), upgrade);
  // With API_KEYS the operator has a key already, and the log may be read in many places.
  if (config.hasOwnKey) {
    const base = reachableUrl({ HOST: config.HOST, PORT: Number(new URL(url).port) });
    const link = base + loginLink(entrance.tokens.create());
    log.info(
      { link },
      'to work with the queues in a browser, open this link within ten minutes; it works once',
    );
  }
  return url;
}

function httpDeps(context: Context, parts: Parts): Omit<HttpDeps, 'keys' | 'tokens'> {
  const { config, log, metrics, now } = context;
  const { storage, analysis, market, deliveries } = parts;
  return {
    options: {
      allowedOrigins: config.ALLOWED_ORIGINS,
      trustProxy: config.TRUST_PROXY,
      defaultTimeframe: config.TIMEFRAMES[0]!,
      webDist: join(import.meta.dirname, '../../web/dist'),
      version: packageJson.version,
      ...(parts.history !== undefined && { simulatedUntil: parts.history.to }),
    },
    clock: context.steady,
    windows: context.own(createWindowParser()),
    ...createAnswers({
      config,
      store: storage.store,
      market,
      analyserOf: analysis.analyserOf,
    }),
    postCandles: market.postCandles,
    ...createHealth(
      { demo: config.demo, version: packageJson.version, scrub: context.scrub, history: parts.history },
      parts.health,
    ),
    news: () => {
      const { state, events } = market.calendar();
      const impactful = events.filter(({ impact }) => impact === 'High').sort((a, b) => a.time - b.time);
      return {
        state,
        impactful_events: impactful,
        total_events: events.length,
        high_impact_count: impactful.length,
        articles: [...(market.articles() ?? [])],
      };
    },
    symbols: market.symbols,
    searchSymbols: market.search,
    queue: () => queueAnswer(deliveries, context.wall.now()),
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

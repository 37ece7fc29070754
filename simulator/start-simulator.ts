import { asyncScheduler, type SchedulerLike } from 'rxjs';
import { isMarketOpen } from '../models/calendar/market-hours.ts';
import { calendarService } from './calendar-service.ts';
import { communityPlatform, type CommunityPlatform } from './community-platform.ts';
import { noFaults, type Faults } from './faults.ts';
import { listings as everyListing, type Listing } from './listing.ts';
import { startLoopback, type LoopbackServer } from './loopback-server.ts';
import type { Market, MarketTick } from './market/market.ts';
import { newsService } from './news-service.ts';
import { type ReceivedPost } from './received-post.ts';
import { replayMarket } from './market/replay-market.ts';
import { seededMarket } from './market/seeded-market.ts';
import { createTimeline, type Timeline } from './market/timeline.ts';
import { twelveDataRest, type TwelveDataRest } from './twelvedata-rest.ts';
import { socketPath, twelveDataSocket, type TwelveDataSocket } from './twelvedata-socket.ts';

type Service = 'socket' | 'rest' | 'calendar' | 'news' | 'community';

export interface SimulatorPlan {
  readonly connections: number;
  readonly symbols: number;
  readonly creditsPerMinute: number;
  readonly creditsPerDay: number;
}

/** The provider's free plan, but with the three sockets of a paid one. */
export const freePlan: SimulatorPlan = {
  connections: 3,
  symbols: 8,
  creditsPerMinute: 8,
  creditsPerDay: 800,
};
/** Enough credits for a demo to load its history at once. */
export const demoPlan: SimulatorPlan = {
  connections: 3,
  symbols: 120,
  creditsPerMinute: 610,
  creditsPerDay: 1e6,
};

export interface SimulatorOptions {
  readonly seed?: number;
  /** Real time and timers. @default asyncScheduler */
  readonly clock?: SchedulerLike;
  /** Listings by the provider's symbol. @default all of `listing.ts` */
  readonly symbols?: readonly string[];
  /** Trading hours of a listing. @default pairs always, so that a demo runs at weekends too; equities in their session */
  readonly isOpen?: (listing: Listing, time: number) => boolean;
  /** Recorded ticks by the provider's symbol, instead of the seeded market; time stands still until the first subscription. */
  readonly replay?: ReadonlyMap<string, readonly MarketTick[]>;
  /** Simulated Unix ms at the start. @default the clock's time; a replay's first minute */
  readonly start?: number;
  /** Speed of simulated time, as a multiple of real time. @default 1 */
  readonly speed?: number;
  /** @default freePlan */
  readonly plan?: SimulatorPlan;
  /** Ports, 0 for free ones. @default all 0 */
  readonly ports?: Partial<Record<Service, number>>;
  readonly host?: string;
  /** Keys of the provider, the news service and the platform. */
  readonly keys?: Partial<SimulatorKeys>;
  readonly isIdempotent?: boolean;
  readonly communityPath?: string;
  /** Path where the platform accepts ends of signals. @default none */
  readonly communityEndPath?: string | undefined;
  /** Path where the platform tells whether it has a post; `{id}` in it stands for the id. @default none */
  readonly communityLookupPath?: string | undefined;
}

interface SimulatorKeys {
  readonly provider: string;
  readonly news: string;
  readonly community: string;
}

export interface Simulator {
  readonly urls: {
    readonly wsUrl: string;
    readonly restUrl: string;
    readonly calendarUrl: string;
    readonly newsUrl: string;
    readonly communityUrl: string;
  };
  readonly keys: SimulatorKeys;
  /** Simulated Unix ms. */
  readonly now: () => number;
  readonly timeline: Timeline;
  readonly market: Market;
  /** Switches that take effect at once. */
  readonly faults: Faults;
  readonly socket: TwelveDataSocket;
  readonly rest: TwelveDataRest;
  readonly calendar: ReturnType<typeof calendarService>;
  readonly news: ReturnType<typeof newsService>;
  readonly community: CommunityPlatform;
  /** Posts stored by the platform, oldest first. */
  readonly received: () => readonly ReceivedPost[];
  /** Starts an outage of one service: connections are reset and refused until `resume`. */
  readonly suspend: (service: Service) => Promise<void>;
  readonly resume: (service: Service) => Promise<void>;
  readonly close: () => Promise<void>;
}

/** Starts a market and simulations of every outside service, on loopback. */
export async function startSimulator(options: SimulatorOptions = {}): Promise<Simulator> {
  const { seed = 1, clock = asyncScheduler, speed = 1, plan = freePlan, ports = {}, host } = options;
  const keys = {
    provider: 'demo-provider-key',
    news: 'demo-news-key',
    community: 'demo-community-key',
    ...options.keys,
  };
  const faults = noFaults();
  const market = options.replay ? replayMarket(options.replay) : seeded(options, seed);
  const start =
    options.start ?? (options.replay ? Math.floor(market.firstTime / 60_000) * 60_000 : undefined);
  const timeline = createTimeline({
    clock,
    speed,
    held: options.replay !== undefined,
    ...(start !== undefined && { start }),
  });
  const providerKeys = new Set([keys.provider]);
  const wallNow = () => clock.now();

  const socket = twelveDataSocket({
    market,
    timeline,
    clock,
    keys: providerKeys,
    plan,
    faults: faults.socket,
  });
  const rest = twelveDataRest({ market, timeline, wallNow, keys: providerKeys, plan, faults: faults.rest });
  const calendar = calendarService({ seed, now: timeline.now, faults: faults.calendar });
  const news = newsService({ keys: new Set([keys.news]), now: timeline.now, faults: faults.news });
  const community = communityPlatform({
    key: keys.community,
    now: wallNow,
    faults: faults.community,
    ...(options.isIdempotent !== undefined && { isIdempotent: options.isIdempotent }),
    ...(options.communityPath !== undefined && { path: options.communityPath }),
    endPath: options.communityEndPath,
    lookupPath: options.communityLookupPath,
  });

  const at = (service: Service) => ({ ...(host !== undefined && { host }), port: ports[service] ?? 0 });
  const servers = await startAll({
    socket: () =>
      startLoopback((_, response) => response.writeHead(426).end(), {
        ...at('socket'),
        onUpgrade: socket.onUpgrade,
      }),
    rest: () => startLoopback(rest.listener, at('rest')),
    calendar: () => startLoopback(calendar.listener, at('calendar')),
    news: () => startLoopback(news.listener, at('news')),
    community: () => startLoopback(community.listener, at('community')),
  }).catch((error: unknown) => {
    socket.close();
    throw error;
  });

  return {
    urls: {
      wsUrl: `${servers.socket.url.replace('http', 'ws')}${socketPath}`,
      restUrl: servers.rest.url,
      calendarUrl: `${servers.calendar.url}/ff_calendar_thisweek.json`,
      newsUrl: servers.news.url,
      communityUrl: servers.community.url,
    },
    keys,
    now: timeline.now,
    timeline,
    market,
    faults,
    socket,
    rest,
    calendar,
    news,
    community,
    received: community.received,
    suspend: (service) => servers[service].stop(),
    resume: (service) => servers[service].restart(),
    close: async () => {
      socket.close();
      await Promise.all(Object.values(servers).map((server) => server.stop()));
    },
  };
}

/** All or none: what has started is stopped where a later one cannot start. */
async function startAll(
  starts: Readonly<Record<Service, () => Promise<LoopbackServer>>>,
): Promise<Record<Service, LoopbackServer>> {
  const started = new Map<string, LoopbackServer>();
  try {
    for (const [service, start] of Object.entries(starts)) started.set(service, await start());
  } catch (error) {
    await Promise.all([...started.values()].map((server) => server.stop()));
    throw error;
  }
  return Object.fromEntries(started) as Record<Service, LoopbackServer>;
}

function seeded({ symbols, isOpen }: SimulatorOptions, seed: number): Market {
  const listings = symbols
    ? new Map([...everyListing].filter(([symbol]) => symbols.includes(symbol)))
    : everyListing;
  return seededMarket({ seed, listings, isOpen: isOpen ?? demoHours });
}

const demoHours = ({ assetClass, market }: Listing, time: number) =>
  assetClass !== 'equity' || isMarketOpen(market, time);

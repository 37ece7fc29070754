import type { Config } from '../config.ts';
import type { SchedulerLike } from 'rxjs';
import { Secret } from '../schema/secrets/secret.ts';
import type { Channel } from '../sinks/posts/channels/channel.ts';
import { configuredChannels } from '../sinks/posts/channels/configured-channels.ts';
import type { Market } from '../simulator/market/market.ts';
import { demoPlan, startSimulator } from '../simulator/start-simulator.ts';

/** Addresses and keys of everything outside: the configuration's, or in the demo those of the bundled stand-ins. */
export interface Services {
  readonly provider: { readonly wsUrl: string; readonly restUrl: string; readonly key: string };
  readonly credits: { readonly perMinute: number; readonly perDay: number };
  readonly calendarUrl: string;
  readonly news: { readonly url: string; readonly key: string } | undefined;
  /** Where signals are posted. */
  readonly channels: readonly Channel[];
  /** In the demo: the market that the bundled simulator trades. */
  readonly market: Market | undefined;
  /** In the demo: the stand-in platform's page, which shows what it has received. */
  readonly platformPage: string | undefined;
  readonly close: () => Promise<void>;
}

/** `clock`: the demo's market goes by it. `wallNow`: what receivers compare with their own time. */
export async function outsideServices(
  config: Config,
  clock: SchedulerLike,
  wallNow: () => number,
): Promise<Services> {
  // Without a key, and no demo: a process of a cluster that asks the provider nothing.
  return config.demo
    ? demoServices(config, clock, wallNow)
    : configuredServices(config, config.TWELVEDATA_API_KEY?.reveal() ?? '', wallNow);
}

function configuredServices(config: Config, key: string, wallNow: () => number): Services {
  return {
    provider: { wsUrl: config.TWELVEDATA_WS_URL.reveal(), restUrl: config.TWELVEDATA_REST_URL.reveal(), key },
    credits: {
      perMinute: config.TWELVEDATA_CREDITS_PER_MINUTE,
      perDay: config.TWELVEDATA_CREDITS_PER_DAY,
    },
    calendarUrl: config.CALENDAR_URL.reveal(),
    news:
      config.FINLIGHT_API_KEY === undefined
        ? undefined
        : { url: config.FINLIGHT_URL.reveal(), key: config.FINLIGHT_API_KEY.reveal() },
    channels: configuredChannels(config, wallNow),
    market: undefined,
    platformPage: undefined,
    close: () => Promise.resolve(),
  };
}

/** The demo posts to its stand-in, and to configured receivers only where DEMO_POSTS says so. */
async function demoServices(config: Config, clock: SchedulerLike, wallNow: () => number): Promise<Services> {
  const simulator = await startSimulator({
    clock,
    plan: demoPlan,
    communityPath: config.COMMUNITY_SIGNAL_PATH.reveal(),
    communityEndPath: config.COMMUNITY_END_PATH?.reveal(),
    communityLookupPath: config.COMMUNITY_LOOKUP_PATH?.reveal(),
    isIdempotent: config.COMMUNITY_IDEMPOTENT,
  });
  const { urls, keys } = simulator;
  const isOwn = !config.DEMO_POSTS || config.COMMUNITY_TRADING_URL === undefined;
  return {
    provider: { wsUrl: urls.wsUrl, restUrl: urls.restUrl, key: keys.provider },
    credits: { perMinute: demoPlan.creditsPerMinute, perDay: demoPlan.creditsPerDay },
    calendarUrl: urls.calendarUrl,
    news: { url: urls.newsUrl, key: keys.news },
    channels: configuredChannels(
      {
        ...config,
        ...(!config.DEMO_POSTS && noReceivers),
        ...(isOwn && {
          COMMUNITY_TRADING_URL: new Secret(urls.communityUrl),
          COMMUNITY_API_KEY: new Secret(keys.community),
        }),
      },
      wallNow,
    ),
    market: simulator.market,
    platformPage: isOwn ? `${urls.communityUrl}/` : undefined,
    close: simulator.close,
  };
}

const noReceivers = {
  TELEGRAM_BOT_TOKEN: undefined,
  DISCORD_WEBHOOK_URL: undefined,
  WEBHOOK_URL: undefined,
} satisfies Partial<Config>;

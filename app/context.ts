import { asyncScheduler, type SchedulerLike } from 'rxjs';
import type { Logger } from 'pino';
import { type Config, secretsOf } from '../config.ts';
import { createFeedClock, type FeedClock } from '../streams/feed-clock.ts';
import { type Achieved, createAchieved } from './health/achieved.ts';
import { scrubber } from './log.ts';
import { createMarkets, type Markets } from './markets.ts';
import { createMetrics, type Metrics } from './metrics.ts';
import { outsideServices, type Services } from './services.ts';

/** What every part of the server is given. */
export interface Context {
  readonly config: Config;
  readonly log: Logger;
  readonly metrics: Metrics;
  /** What was last achieved: health follows it. */
  readonly achieved: Achieved;
  readonly markets: Markets;
  readonly services: Services;
  /** The machine's time: sockets, timers, attempts. */
  readonly wall: SchedulerLike;
  /** The market's time: windows, expiries, gates, market hours. The machine's too, unless CLOCK=feed. */
  readonly clock: SchedulerLike;
  readonly now: () => number;
  /** False before the first tick where the market's time comes from its ticks: `now` says 0, and nothing can be judged by it. */
  readonly isTimeKnown: () => boolean;
  /** Set where the market's time comes from its ticks. */
  readonly feedClock: FeedClock | null;
  /** Uniform in [0, 1): jitter alone. */
  readonly random: () => number;
  /** A text without the secrets of the configuration, which others' error texts may repeat. */
  readonly scrub: (text: string) => string;
  /** Whatever is opened is closed, the last one first. */
  readonly own: <T extends { close: () => unknown }>(resource: T) => T;
}

export async function createContext(
  config: Config,
  log: Logger,
  stack: AsyncDisposableStack,
): Promise<Context> {
  const own = ownOn(stack);
  const wall = asyncScheduler;
  const achieved = createAchieved();
  const feedClock = config.CLOCK === 'feed' ? createFeedClock(0) : null;
  const clock = feedClock?.clock ?? wall;
  return {
    config,
    log,
    metrics: createMetrics(achieved),
    achieved,
    markets: createMarkets({ alignment: config.CANDLE_ALIGNMENT, pairsNeverClose: config.demo }),
    services: own(await outsideServices(config)),
    wall,
    clock,
    now: () => clock.now(),
    isTimeKnown: () => clock.now() > 0,
    feedClock,
    random: Math.random,
    scrub: scrubber(secretsOf(config)),
    own,
  };
}

/** Puts what is opened on a stack, which closes the last one first. */
export function ownOn(stack: AsyncDisposableStack): Context['own'] {
  return (resource) => {
    stack.defer(async () => void (await resource.close()));
    return resource;
  };
}

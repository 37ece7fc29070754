import type { SchedulerLike } from 'rxjs';
import type { Logger } from 'pino';
import { type Config, runsStrategies, secretsOf } from '../config.ts';
import { machineClock } from '../streams/clock/machine-clock.ts';
import { trustedClock, type TrustedClock } from '../streams/clock/trusted-clock.ts';
import { feedTime } from '../streams/provider/feed-time.ts';
import { type Assignments, openAssignments } from './strategies/assignments.ts';
import { renewAssignments } from './strategies/renew-assignments.ts';
import { type Achieved, createAchieved } from './achieved.ts';
import { scrubber } from './log.ts';
import { createInstruments, type Instruments } from '../streams/provider/instruments.ts';
import type { MarketTime } from '../streams/provider/market-time.ts';
import { wallTime } from '../streams/provider/wall-time.ts';
import { createMarkets, type Markets } from './markets.ts';
import { createMetrics, type Metrics } from './metrics.ts';
import { outsideServices, type Services } from './services.ts';
import { openOwnStrategies } from './strategies/open-strategies.ts';
import { allStrategies, type Strategies, strategiesElsewhere } from './strategies/strategies.ts';
import type { Store } from '../store/open-store.ts';
import { watchClock } from './health/watch-clock.ts';
import type { Strategies as FileStrategies } from '../workers/strategies/open-strategies.ts';

/** What is there before the database is open. */
export interface Surroundings {
  readonly config: Config;
  readonly log: Logger;
  readonly metrics: Metrics;
  /** What the symbols are, by the provider's word. */
  readonly instruments: Instruments;
  /** What was last achieved: health follows it. */
  readonly achieved: Achieved;
  readonly markets: Markets;
  readonly services: Services;
  /** Durations: never steps, whoever sets the machine's clock. */
  readonly steady: SchedulerLike;
  /** The machine's time of day, which a wrong step of its clock does not move. */
  readonly wall: SchedulerLike;
  /** What both come from: who says which time is right, and what was said. */
  readonly trusted: TrustedClock;
  /** The wall clock itself, for what others compare with theirs. */
  readonly wallNow: () => number;
  /** The market's time: the machine's too, unless CLOCK=feed. */
  readonly time: MarketTime;
  /** What it is now, Unix ms; 0 while it is not known. */
  readonly now: () => number;
  /** Uniform in [0, 1): jitter alone. */
  readonly random: () => number;
  /** A text without the secrets of the configuration, which others' error texts may repeat. */
  readonly scrub: (text: string) => string;
  /** Whatever is opened is closed, the last one first. */
  readonly own: <T extends { close: () => unknown }>(resource: T) => T;
}

/** What every part of the server is given. */
export interface Context extends Surroundings {
  /** What runs the strategies of files. */
  readonly strategyFiles: FileStrategies;
  readonly strategies: Strategies;
  /** Who decides on what. */
  readonly assignments: Assignments;
}

export async function createSurroundings(
  config: Config,
  log: Logger,
  stack: AsyncDisposableStack,
): Promise<Surroundings> {
  const own = ownOn(stack);
  const trusted = own(trustedClock({ machine: machineClock, maxAheadMs: config.TICK_MAX_AHEAD_MS }));
  const { steady, clock: wall } = trusted;
  const { wallNow } = machineClock;
  const achieved = createAchieved();
  const metrics = createMetrics(achieved);
  own(watchClock(trusted, log, metrics));
  const time =
    config.CLOCK === 'feed'
      ? feedTime()
      : wallTime({ trusted, maxAheadMs: config.TICK_MAX_AHEAD_MS, isFeedReal: !config.demo });
  const instruments = createInstruments();
  const services = own(await outsideServices(config, wall, wallNow));
  return {
    config,
    log,
    metrics,
    achieved,
    instruments,
    markets: createMarkets({
      alignment: config.CANDLE_ALIGNMENT,
      pairsNeverClose: config.demo,
      instrumentOf: instruments.of,
    }),
    services,
    steady,
    wall,
    trusted,
    wallNow,
    time,
    now: () => time.clock.now(),
    random: Math.random,
    scrub: scrubber(secretsOf(config)),
    own,
  };
}

/** Adds who decides: files of strategies are checked on the store's candles before they run. */
export async function createContext(
  surroundings: Surroundings,
  { candles }: Pick<Store, 'candles'>,
): Promise<Context> {
  const { config, log, services, own } = surroundings;
  const channels = services.channels.map(({ name }) => name);
  const strategyFiles = own(openOwnStrategies({ ...surroundings, candles }));
  const strategies = allStrategies(runsStrategies(config) ? strategyFiles : strategiesElsewhere);
  const assignments = await openAssignments(config, channels, strategies);
  renewAssignments(strategyFiles, assignments, log);
  return { ...surroundings, strategyFiles, strategies, assignments };
}

/** Puts what is opened on a stack, which closes the last one first. */
export function ownOn(stack: AsyncDisposableStack): Surroundings['own'] {
  return (resource) => {
    stack.defer(async () => void (await resource.close()));
    return resource;
  };
}

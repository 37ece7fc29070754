import { machineClock } from '../../streams/clock/machine-clock.ts';
import { join } from 'node:path';
import type { DotEnv } from '../../app/configuration/dot-env.ts';
import { checkChannels } from './check-channels.ts';
import { checkClock } from './check-clock.ts';
import { checkConfiguration, type Variables } from './check-configuration.ts';
import { checkDatabase } from './check-database.ts';
import { checkFeed } from './check-feed.ts';
import { checkHealth } from './check-health.ts';
import { checkHours } from './check-hours.ts';
import { checkKey } from './check-key.ts';
import { checkNode } from './check-node.ts';
import { checkPage } from './check-page.ts';
import { checkPlatform } from './check-platform.ts';
import { checkPort } from './check-port.ts';
import { checkProvider } from './check-provider.ts';
import { checkRedis } from './check-redis.ts';
import { checkServices } from './check-services.ts';
import type { Finding } from './finding.ts';

export interface Surroundings {
  readonly environment: Variables;
  /** What `.env` holds; undefined without one. */
  readonly dotEnv: DotEnv | undefined;
  /** Where root's embedded databases lie. @default /var/lib/anso-vision */
  readonly rootFolder?: string;
}

/** All findings about this machine and configuration. Changes nothing; an invalid configuration ends it early. */
export async function examine({ environment, dotEnv, rootFolder }: Surroundings): Promise<Finding[]> {
  const page = await checkPage(join(import.meta.dirname, '../../web/dist'));
  const { config, findings } = checkConfiguration(environment, dotEnv);
  const here = [checkNode(), page, ...findings];
  if (config === undefined) return here;
  const port = await checkPort(config);
  const [provider, feed, database, redis, services, platform, channels, health] = await Promise.all([
    checkProvider(config),
    checkFeed(config, port),
    checkDatabase(config, rootFolder),
    checkRedis(config.REDIS_URL?.reveal()),
    checkServices(config, port),
    checkPlatform(config),
    checkChannels(config),
    checkHealth(config, port),
  ]);
  const clock = checkClock(provider.clockAheadMs);
  const hours = checkHours(config, machineClock.wallNow());
  return [
    ...here,
    port.finding,
    await checkKey(config),
    ...database,
    ...redis,
    provider.finding,
    feed,
    ...hours,
    clock,
    ...services,
    platform,
    ...channels,
    ...health,
  ];
}

import type { RedisOptions } from 'ioredis';
import { parseAddress, urlsOfHosts } from '../../schema/secrets/parse-address.ts';

/** Port of a Sentinel. */
const sentinelPort = 26_379;

/**
 * What ioredis connects to by a REDIS_URL: the URL itself, or with `redis+sentinel://user:password@one:26379,two:26379/mymaster/0` the primary
 * that those Sentinels name, asked again at each connect. User and password are Redis' own; those of the Sentinels are
 * `?sentinel_username=` and `?sentinel_password=`. `rediss+sentinel` speaks TLS to both.
 */
export function redisAddress(url: string): string {
  if (!/^rediss?\+sentinel:/i.test(url)) return url;
  const { protocol, username, password, pathname, searchParams } = parseAddress(url)!;
  const [, name = '', db = ''] = pathname.split('/');
  const [user, word] = [searchParams.get('sentinel_username'), searchParams.get('sentinel_password')];
  const options: RedisOptions = {
    sentinels: urlsOfHosts(url).map((one) => {
      const { hostname, port } = new URL(one);
      return { host: hostname.replace(/^\[|\]$/g, ''), port: port === '' ? sentinelPort : Number(port) };
    }),
    name: decodeURIComponent(name),
    db: Number(db),
    // A frozen primary closes no connection: the Sentinels tell that another has its place.
    failoverDetector: true,
    ...(username !== '' && { username: decodeURIComponent(username) }),
    ...(password !== '' && { password: decodeURIComponent(password) }),
    ...(user !== null && { sentinelUsername: user }),
    ...(word !== null && { sentinelPassword: word }),
    ...(protocol.startsWith('rediss') && { tls: {}, enableTLSForSentinelMode: true, sentinelTLS: {} }),
  };
  // It takes both in one place; its types know the URL alone.
  return options as unknown as string;
}

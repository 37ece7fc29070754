import { Redis } from 'ioredis';
import { parseAddress } from '../../schema/secrets/parse-address.ts';
import { redisAddress } from '../../store/connect/redis-address.ts';
import { plainReason, tryRedis } from '../../store/queue/redis-trial.ts';
import { type Finding, fail, off, ok, warn } from './finding.ts';
import { networkReason } from '../../schema/outside/network-reason.ts';

const part = 'redis';

/** Reachable, new enough for BullMQ, never evicting, keeping its keys over a restart, and taking what a queue asks of it: on keys that no job has. */
export async function checkRedis(url: string | undefined): Promise<Finding[]> {
  if (url === undefined) return [off(part, 'REDIS_URL is unset: the queue lives in PostgreSQL')];
  const redis = new Redis(redisAddress(url), {
    lazyConnect: true,
    connectTimeout: 5000,
    commandTimeout: 5000,
    maxRetriesPerRequest: 0,
    retryStrategy: () => null,
    sentinelRetryStrategy: () => null,
  });
  let lastError: unknown;
  redis.on('error', (error: Error) => (lastError = error));
  try {
    await redis.connect();
    const trial = await tryRedis(redis, ['community']);
    if (trial.isFinal === true)
      return [fail(part, trial.reason ?? '', 'correct REDIS_URL, or the rights of its user')];
    return judge(parse(trial.info));
  } catch (error) {
    const why = lastError === undefined ? plainReason(networkReason(error)) : networkReason(lastError);
    const todo = /NOAUTH|WRONGPASS|NOPERM/.test(why)
      ? 'correct user and password in REDIS_URL'
      : 'start it, or correct REDIS_URL; posts wait in the outbox meanwhile';
    return [fail(part, `${parseAddress(url)?.host}: ${why}`, todo)];
  } finally {
    redis.disconnect();
  }
}

const parse = (info: string): ReadonlyMap<string, string> =>
  new Map(
    info.split('\r\n').flatMap((line) => {
      const at = line.indexOf(':');
      return at < 0 || line.startsWith('#') ? [] : [[line.slice(0, at), line.slice(at + 1)]];
    }),
  );

function judge(info: ReadonlyMap<string, string>): Finding[] {
  const version = info.get('redis_version') ?? 'unknown';
  const [major = 0, minor = 0] = version.split('.').map(Number);
  const findings: Finding[] = [];
  if (major < 6 || (major === 6 && minor < 2))
    findings.push(fail(part, `version ${version} is too old`, 'BullMQ wants 6.2 or newer'));
  const policy = info.get('maxmemory_policy');
  if (policy !== 'noeviction')
    findings.push(
      fail(
        part,
        `maxmemory-policy is ${policy ?? 'unknown'}: when memory runs short it throws queued posts away`,
        '`redis-cli config set maxmemory-policy noeviction`, and the same in redis.conf',
      ),
    );
  if (info.get('aof_enabled') !== '1')
    findings.push(
      warn(
        part,
        'appendonly is off: a restart forgets jobs (the outbox makes them again within 30 s)',
        'set `appendonly yes` in redis.conf',
      ),
    );
  if (info.get('role') === 'slave')
    findings.push(fail(part, 'this is a replica, which takes no writes', 'set REDIS_URL to the primary'));
  const persistence = info.get('aof_enabled') === '1' ? 'append-only file' : 'no append-only file';
  const summary = `${version}, ${policy ?? 'unknown policy'}, ${persistence}`;
  return findings.length === 0 ? [ok(part, summary)] : findings;
}

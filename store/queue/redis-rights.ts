import type { Redis } from 'ioredis';

/**
 * Runs each command that BullMQ's scripts run, on keys of the queue's own, and answers with those that are refused for lack of
 * rights, with Redis' reason. Another failure (a full memory, a replica) ends it: its error is the script's.
 */
const tour = `
local denied = {}
local k, l, h, s, z, x = KEYS[1], KEYS[2], KEYS[3], KEYS[4], KEYS[5], KEYS[6]
local failure
local function try(...)
  local answer = redis.pcall(...)
  if type(answer) ~= 'table' or not answer.err then return end
  if string.find(answer.err, 'NOPERM') or string.find(answer.err, 'executing the script') or string.find(answer.err, 'Unknown Redis command') then
    denied[#denied + 1] = string.upper((select(1, ...))) .. ' (' .. answer.err .. ')'
  elseif not failure then
    failure = answer
  end
end
try('set', k, '1', 'px', 60000) try('incr', k) try('incrby', k, 1) try('get', k) try('exists', k) try('pttl', k) try('type', k)
try('persist', k) try('pexpire', k, 60000) try('time')
try('rpush', l, 'a') try('lpush', l, 'b') try('lindex', l, 0) try('llen', l) try('lrange', l, 0, 1) try('lpos', l, 'a')
try('lset', l, 0, 'c') try('lrem', l, 0, 'c') try('rpoplpush', l, l) try('ltrim', l, 0, 9) try('rpop', l) try('lpop', l)
try('hset', h, 'a', 1) try('hmset', h, 'b', 1) try('hget', h, 'a') try('hmget', h, 'a') try('hgetall', h) try('hlen', h)
try('hexists', h, 'a') try('hincrby', h, 'a', 1) try('hdel', h, 'a')
try('sadd', s, 'a') try('scard', s) try('sismember', s, 'a') try('smembers', s) try('srem', s, 'a')
try('zadd', z, 1, 'a', 2, 'b', 3, 'c') try('zcard', z) try('zcount', z, 0, 1) try('zrange', z, 0, -1) try('zrangebyscore', z, 0, 1)
try('zrangebylex', z, '-', '+') try('zlexcount', z, '-', '+') try('zrevrange', z, 0, 1) try('zrevrangebyscore', z, 1, 0)
try('zscore', z, 'a') try('zrem', z, 'a') try('zpopmin', z) try('zremrangebyrank', z, 0, 0) try('zremrangebyscore', z, 0, 1)
try('xadd', x, '*', 'a', 1) try('xlen', x) try('xrange', x, '-', '+') try('xtrim', x, 'maxlen', 0)
try('unlink', l, h, s, z, x) try('del', k)
if failure and #denied == 0 then return failure end
return denied`;

/** Commands that BullMQ sends outside its scripts. */
const outside: readonly (readonly [string, ...string[]])[] = [
  ['BZPOPMIN', 'z', '0.01'],
  ['HGETALL', 'h'],
  ['ZRANGE', 'z', '0', '-1'],
  ['LRANGE', 'l', '0', '-1'],
  ['XTRIM', 'x', 'MAXLEN', '0'],
];

/** Is it a refusal for lack of rights, in the text of any version of Redis? */
export const isRightsError = (message: string): boolean =>
  /NOPERM|NOAUTH|WRONGPASS|has no permissions|executing the script can't/.test(message);

/**
 * Runs every command that a queue needs once, on keys of its own. Resolves to the commands that Redis refuses this user;
 * rejects where Redis fails in another way.
 */
export async function missingRights(redis: Redis, queue: string): Promise<string[]> {
  const key = (kind: string) => `bull:${queue}:anso-trial:${kind}`;
  const missing: string[] = [];
  const lacking = (command: string) => (error: Error) => {
    if (!isRightsError(error.message)) throw error;
    missing.push(`${command} (${error.message})`);
    return [];
  };
  const keys = ['k', 'l', 'h', 's', 'z', 'x'].map(key);
  const denied = (await redis.eval(tour, keys.length, ...keys).catch(lacking('EVAL'))) as string[];
  missing.push(...denied);
  await redis.script('LOAD', 'return 1').then(
    (sha) => redis.evalsha(String(sha), 0).catch(lacking('EVALSHA')),
    // It falls back to EVAL.
    (error: Error) => (isRightsError(error.message) ? undefined : Promise.reject(error)),
  );
  for (const [command, kind, ...rest] of outside)
    await redis.call(command, key(kind!), ...rest).catch(lacking(command));
  // Within a transaction a refusal is reported as the transaction's failure.
  const isDiscarded = (error: Error) => /EXECABORT|EXEC without MULTI/.test(error.message);
  await redis
    .multi()
    .hgetall(key('h'))
    .exec()
    .catch((error: Error) => (isDiscarded(error) ? missing.push('MULTI') : lacking('MULTI')(error)));
  return missing;
}

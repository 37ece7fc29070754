import type { Redis } from 'ioredis';

const raise = `
local known = redis.call('get', KEYS[1])
if known and tonumber(known) > tonumber(ARGV[1]) then return known end
redis.call('set', KEYS[1], ARGV[1])
return ARGV[1]`;

/** Publishes `term` unless a higher one is known, and returns the highest: higher than `term` means that another ingest has taken over. */
export async function announceTerm(redis: Pick<Redis, 'eval'>, key: string, term: number): Promise<number> {
  return Number(await redis.eval(raise, 1, key, term));
}

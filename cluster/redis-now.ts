/** Lua: `now` is Redis's own time, Unix ms, the same for every process. */
export const redisNow = `
local time = redis.call('time')
local now = time[1] * 1000 + math.floor(time[2] / 1000)`;

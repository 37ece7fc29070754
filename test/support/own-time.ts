/**
 * The environment without the other date of `npm run test:dates`: redis-server hangs at its start under faketime's library, for its
 * allocator asks for the time before the library is ready. BullMQ gives Redis its clients' time, so that its own does not matter.
 */
export const ownTime = (): NodeJS.ProcessEnv =>
  Object.fromEntries(Object.entries(process.env).filter(([name]) => name !== 'LD_PRELOAD'));

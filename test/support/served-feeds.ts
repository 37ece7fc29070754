import { afterEach } from 'vitest';
import { serveFeeds, type FeedsOptions } from '../http/harness.ts';

/** `serveFeeds` for the tests of one file: stops after each test what the test started. */
export function servedFeeds() {
  const stops: (() => Promise<void>)[] = [];
  afterEach(async () => {
    await Promise.all(stops.splice(0).map((stop) => stop()));
  });
  return async (options?: FeedsOptions) => {
    const feeds = await serveFeeds(options);
    stops.push(feeds.stop);
    return feeds;
  };
}

import type { Config } from '../../config.ts';
import { type Finding, fail, off, ok, warn } from './finding.ts';
import { machineClock } from '../../streams/clock/machine-clock.ts';
import { isLoopbackHost } from './loopback-host.ts';
import { sendTests } from './send-tests.ts';
import { networkReason } from '../../schema/outside/network-reason.ts';

const part = 'platform';

/**
 * Is the community platform reachable? Uses GET without the key, so that nothing can be posted; whether the key
 * is accepted shows where it can be asked about a post, else only with the first one.
 */
export async function checkPlatform(config: Config): Promise<Finding> {
  const { demo, COMMUNITY_TRADING_URL: base, COMMUNITY_SIGNAL_PATH: path } = config;
  if (base === undefined)
    return off(part, demo ? 'the demo posts to its stand-in' : 'COMMUNITY_TRADING_URL is unset: no posts');
  const url = new URL(`${base.reveal().replace(/\/+$/, '')}${path.reveal()}`);
  const shown = `${url.origin}${url.pathname}`;
  try {
    const { status } = await fetch(url, { redirect: 'manual', signal: AbortSignal.timeout(10_000) });
    if (status >= 300 && status < 400)
      return fail(part, `${shown} redirects`, 'posts follow no redirect: set the address it leads to');
    if (status === 404)
      return warn(
        part,
        `${shown} answers 404 to GET`,
        'it may do so for GET alone; check COMMUNITY_SIGNAL_PATH',
      );
    if (status >= 500)
      return warn(
        part,
        `${shown} answers ${status}`,
        'the platform has a problem; posts wait and are retried',
      );
    if (url.protocol === 'http:' && !isLoopbackHost(url.hostname))
      return warn(part, `${shown} answers without TLS: the key can be read on the way`, 'use https://');
    if (config.COMMUNITY_LOOKUP_PATH !== undefined) {
      const [asked] = await sendTests(config, ['community'], machineClock.wallNow);
      return { ...asked!, part };
    }
    return ok(part, `${shown} answers (${status} to GET); whether it takes the key, the first post tells`);
  } catch (error) {
    const todo = 'check COMMUNITY_TRADING_URL and the network; posts wait in the outbox meanwhile';
    return fail(part, `${url.origin}: ${networkReason(error)}`, todo);
  }
}

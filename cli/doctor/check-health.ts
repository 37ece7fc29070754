import type { Config } from '../../config.ts';
import { reachableUrl } from '../../app/web/reachable-url.ts';
import { HealthAnswer, ReadyAnswer } from '../../schema/rest.ts';
import { type Finding, fail, ok, warn } from './finding.ts';
import { networkReason } from '../../schema/outside/network-reason.ts';

const part = 'running server';
const todo = 'see the table of what you see when … in docs/operations.md';

/**
 * The health of a server that is already running: a part of it can fail while all services look well from here. No finding
 * where none is running.
 */
export async function checkHealth(
  config: Pick<Config, 'HOST' | 'PORT'>,
  { running }: { readonly running: boolean },
): Promise<Finding[]> {
  if (!running) return [];
  const base = reachableUrl(config);
  // Without a key: whoever listens on that port would learn it.
  const ask = async (path: string): Promise<unknown> =>
    (await fetch(`${base}${path}`, { signal: AbortSignal.timeout(3000) })).json();
  try {
    const [{ parts }, ready] = await Promise.all([
      ask('/health').then((body) => HealthAnswer.parse(body)),
      ask('/ready').then((body) => ReadyAnswer.parse(body)),
    ]);
    const findings = Object.entries(parts).flatMap(([name, { state, reason = '' }]): Finding[] => {
      if (state === 'ok' || state === 'off') return [];
      const says = `${name} is ${state}: ${reason}`;
      return [state === 'down' || name === 'channels' ? fail(part, says, todo) : warn(part, says, todo)];
    });
    for (const reason of ready.reasons)
      if (!findings.some(({ says }) => says.startsWith(reason.split(':')[0]!)))
        findings.push(fail(part, `not ready: ${reason}`, todo));
    return findings.length === 0 ? [ok(part, 'every part of it is well')] : findings;
  } catch (error) {
    return [fail(part, `does not answer: ${networkReason(error)}`, 'look at its log; restart it')];
  }
}

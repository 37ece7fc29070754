import { withTimeout } from '../store/with-timeout.ts';
import { limits } from './health/limits.ts';

/** The last answer of a check that runs by itself: `undefined` is well, else why not. */
export interface Probe {
  readonly problem: () => string | undefined;
  readonly close: () => void;
}

/**
 * Runs a check now and every `everyMs`, so that a health answer never waits for what may hang. A check that does not answer has found
 * a problem, and is not begun again beside itself.
 */
export async function startProbe(
  what: string,
  check: () => Promise<string | undefined>,
  everyMs = 1_000,
): Promise<Probe> {
  let problem: string | undefined;
  let hanging: Promise<unknown> | undefined;
  let isAsking = false;
  const ask = async () => {
    if (isAsking || hanging !== undefined) return;
    isAsking = true;
    const asked = check();
    try {
      problem = await withTimeout(limits.checkMs, asked, what);
    } catch (error) {
      problem = error instanceof Error ? error.message : String(error);
      hanging = asked.catch(() => {}).finally(() => (hanging = undefined));
    }
    isAsking = false;
  };
  await ask();
  const timer = setInterval(() => void ask(), everyMs);
  return { problem: () => problem, close: () => clearInterval(timer) };
}

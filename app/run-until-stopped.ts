import type { Logger } from 'pino';
import { ConfigError } from '../config.ts';
import { UnusableServiceError } from '../store/unusable-service-error.ts';
import { EX_CONFIG } from './configuration/read-config.ts';
import { startProblem } from './start-problem.ts';
import { takeOverSignals } from './stop-while-loading.ts';

/** Time to stop in, ms. */
const stopWithinMs = 9_500;
/** The same where another has taken over, or may: what is closed then may wait for a service that does not answer. */
export const giveWayWithinMs = 4_000;
/** A signal this soon after another is the same one, ms. */
const sameWishMs = 500;

/** Starting again what is configured wrongly is of no use. */
const exitCodeOf = (error: unknown): number => {
  if (error instanceof UnusableServiceError) return error.exitCode;
  return error instanceof ConfigError ? EX_CONFIG : 1;
};

/** Ends the process with a code, after everything has been closed, or that time has passed. Once, whoever asks: the first reason gives the code. */
export type Stop = (code: number, withinMs?: number) => Promise<void>;

/**
 * Runs the server until a signal or a failure ends it. What `serve` puts on the stack is closed then, the last first; a start that is
 * still under way may reject with the reason of `ending`, and else is waited for. A first
 * SIGTERM, SIGINT or SIGHUP exits 0 after that; a second one exits at once. Ctrl-C below `npm start` comes twice, from the terminal
 * and from npm: that is one wish.
 */
export async function runUntilStopped(
  log: Logger,
  serve: (stack: AsyncDisposableStack, stop: Stop, ending: AbortSignal) => Promise<void>,
): Promise<void> {
  const stack = new AsyncDisposableStack();
  const ending = new AbortController();
  let stopping: Promise<void> | undefined;
  let since = 0;
  let isStarting = true;

  const closeAll: Stop = async (code, withinMs = stopWithinMs) => {
    ending.abort();
    // One that still starts has served nobody: the next start mends what is half open, as after a crash.
    setTimeout(() => process.exit(isStarting ? code : 1), withinMs).unref();
    // What is still being opened could not be closed yet.
    await starting.catch(() => {});
    await stack
      .disposeAsync()
      .catch((error: unknown) => log.error({ err: error }, 'a part did not stop well'));
    log.info('stopped');
    await new Promise<void>((done) => log.flush(() => done()));
    process.exit(code);
  };
  const stop: Stop = (code, withinMs) => (stopping ??= closeAll(code, withinMs));

  const starting = serve(stack, stop, ending.signal).finally(() => (isStarting = false));
  takeOverSignals((signal) => {
    if (stopping !== undefined) {
      if (performance.now() - since > sameWishMs) process.exit(1);
      return;
    }
    since = performance.now();
    log.info({ signal }, 'stopping');
    void stop(0);
  });
  try {
    await starting;
  } catch (error) {
    if (error === ending.signal.reason) return;
    const problem = startProblem(error);
    if (problem === undefined) log.fatal({ err: error }, 'could not start');
    else log.fatal(`could not start: ${problem}`);
    await stop(exitCodeOf(error));
  }
}

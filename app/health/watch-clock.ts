import { Subscription } from 'rxjs';
import type { Log } from '../../store/log.ts';
import type { TrustedClock } from '../../streams/clock/trusted-clock.ts';
import type { Metrics } from '../metrics.ts';

/** Logs and counts what happens to the machine's clock, each once. */
export function watchClock(
  { steps$, set$, wrong$ }: Pick<TrustedClock, 'steps$' | 'set$' | 'wrong$'>,
  log: Log,
  metrics: Pick<Metrics, 'clockSteps'>,
): { close: () => void } {
  const running = new Subscription();
  running.add(
    steps$.subscribe(({ ms }) => {
      metrics.clockSteps.inc();
      log.warn(
        { seconds: secondsOf(ms) },
        `the wall clock was set ${ms > 0 ? 'forward' : 'back'} by ${secondsOf(Math.abs(ms))} s: time goes on as before, until the feed says otherwise`,
      );
    }),
  );
  running.add(
    set$.subscribe(({ from, to }) =>
      log.warn({ seconds: secondsOf(to - from) }, 'the wall clock is right: its time is taken'),
    ),
  );
  running.add(
    wrong$.subscribe((ms) => {
      if (ms === null) log.info('the clock agrees with the feed again');
      else log.error({ seconds: secondsOf(ms) }, `${wrongClock(ms)}: set the clock`);
    }),
  );
  return { close: () => running.unsubscribe() };
}

/** Whole seconds from 10 on, else tenths. */
export const secondsOf = (ms: number): number =>
  Math.abs(ms) < 10_000 ? Math.round(ms / 100) / 10 : Math.round(ms / 1000);

/** `ms`: how far our time is ahead of the feed's. */
export const wrongClock = (ms: number): string =>
  ms < 0
    ? `this machine's clock is ${secondsOf(-ms)} s behind the feed: its prices are rejected as of the future`
    : `this machine's clock is ${secondsOf(ms)} s ahead of the feed, or the feed is that late: its prices come too late for their candles`;

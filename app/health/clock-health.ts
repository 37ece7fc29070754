import type { TrustedClockState } from '../../streams/clock/trusted-clock.ts';
import { because, type HealthSource, type Part } from './health.ts';
import { secondsOf, wrongClock } from './watch-clock.ts';

export interface ClockHealthOptions {
  /** False: CLOCK=feed, and no tick has come. */
  readonly isTimeKnown: () => boolean;
  readonly state: () => TrustedClockState;
}

const timeless = 'CLOCK=feed, and no tick has told the time yet';
/** Less apart is how a clock is kept in time, ms. */
const apartMs = 500;

/** The time of day: whether it is known, whether the feed agrees with it, and how often the wall clock was set. */
export function clockHealth({ isTimeKnown, state }: ClockHealthOptions): HealthSource {
  return {
    parts: () => ({ clock: clockPart(isTimeKnown(), state()) }),
    reasons: () => {
      const { wrongByMs } = state();
      return [
        ...(isTimeKnown() ? [] : [`clock: ${timeless}`]),
        ...(wrongByMs === null ? [] : [`clock: ${wrongClock(wrongByMs)}`]),
      ];
    },
  };
}

/** `ahead_of_feed_seconds` and `wall_clock_ahead_seconds` are below 0 where the clock is behind. */
function clockPart(isKnown: boolean, { steps, last, apartMs: apart, wrongByMs }: TrustedClockState): Part {
  if (!isKnown) return { state: 'down', reason: timeless };
  const isApart = Math.abs(apart) >= apartMs;
  const set = `the wall clock was set ${apart > 0 ? 'forward' : 'back'} by ${secondsOf(Math.abs(apart))} s; the server goes on by the time before`;
  const reason = wrongByMs !== null ? wrongClock(wrongByMs) : isApart ? set : undefined;
  return {
    state: reason === undefined ? 'ok' : 'degraded',
    ...because(reason),
    ahead_of_feed_seconds: wrongByMs === null ? null : secondsOf(wrongByMs),
    wall_clock_ahead_seconds: isApart ? secondsOf(apart) : 0,
    steps,
    last_step: last === null ? null : { seconds: secondsOf(last.ms), at: last.at },
  };
}

import { merge, tap } from 'rxjs';
import { sharedSlices } from '../../operators/analysis/analyse-closes.ts';
import { nextTurn } from '../../operators/candles/minutes/minute-windows.ts';
import type { TrustedClock } from '../clock/trusted-clock.ts';
import { interruptions } from './interruptions.ts';
import { loopStalls } from './loop-stalls.ts';
import type { MarketTime } from './market-time.ts';

export interface WallTimeOptions {
  readonly trusted: Pick<TrustedClock, 'steady' | 'clock' | 'observe' | 'set$'>;
  /** A tick further ahead of the clock is rejected, ms. */
  readonly maxAheadMs: number;
  /** Do the ticks say whether the machine's clock is right? Those of a simulated market go by our own time. @default true */
  readonly isFeedReal?: boolean;
}

/** The machine's time of day is the market's: ticks are late by it, and it goes on while the server stands still. */
export function wallTime({ trusted, maxAheadMs, isFeedReal = true }: WallTimeOptions): MarketTime {
  const { steady, clock, set$ } = trusted;
  return {
    clock,
    isKnown: () => true,
    maxAheadMs,
    observe: isFeedReal ? trusted.observe : () => {},
    accept: (lags) => tap(lags.observe),
    unheard: (heard$) =>
      merge(heard$, loopStalls({ clock: steady, timeOfDay: () => clock.now() })).pipe(interruptions()),
    onceKnown: (source) => source,
    missedAtStart: () => undefined,
    set$,
    // Sockets go first.
    pace: { letInputFirst: nextTurn, slices: sharedSlices },
  };
}

import { asyncScheduler, Observable, type OperatorFunction, type Subscription } from 'rxjs';
import type { CandleEvent, MarketInput } from '../../../schema/market-event.ts';
import { DirectSubscriber } from '../../rx/direct-subscriber.ts';
import { minuteDecisions, type MinuteDecisionsOptions } from './minute-decisions.ts';
import { minuteMs } from '../../../schema/timeframe.ts';

/** Longest window there is (a day of 25 hours) and an hour: so long after the last tick time still closes windows. */
const idleAfterMs = 26 * 60 * minuteMs;

export interface MinuteWindowsOptions extends MinuteDecisionsOptions {
  /**
   * Lets the input that already waits come first, before windows are closed because time is up.
   * @default one turn of the event loop on the wall clock; at once on a virtual one
   */
  readonly letInputFirst?: (then: () => void) => void;
}

/**
 * Builds the 1min candles of one symbol by event time (design, section 4).
 *
 *     ticks    -a-b-c---------d------e-|
 *     candles  -----------(abc)--------|   closes by d's watermark, or by the clock if there is no d
 *
 * In: ticks of one symbol, interruptions of the feed, and REST's minutes. Out: candles and what fold-windows needs to know. An
 * unfinished window is not emitted at the end: it is not known to be whole. Causal.
 */
export function minuteWindows(options: MinuteWindowsOptions): OperatorFunction<MarketInput, CandleEvent> {
  const { clock, graceMs, lag = () => 0 } = options;
  const letInputFirst = options.letInputFirst ?? (clock === asyncScheduler ? nextTurn : atOnce);

  return (source) =>
    new Observable((subscriber) => {
      const decisions = minuteDecisions(options, (event) => {
        subscriber.next(event);
      });
      let timer: Subscription | undefined;
      let isWaiting = false;
      let hasInput = true;
      let lastInputAt = clock.now();

      const guard = (work: () => void) => {
        if (subscriber.closed) return;
        try {
          work();
        } catch (error) {
          subscriber.error(error);
        }
      };
      const isDue = () => decisions.nextClose() <= clock.now() - graceMs - lag();
      const wait = () => {
        isWaiting = true;
        const due = decisions.nextClose() + graceMs + lag() - clock.now();
        timer = clock.schedule(() => guard(onTimer), Math.max(1, Math.ceil(due)));
      };
      const onTimer = () => {
        if (isDue()) letInputFirst(() => guard(onTime));
        else wait();
      };
      const onTime = () => {
        if (isDue()) decisions.closeTo(clock.now() - graceMs - lag());
        if (hasInput) lastInputAt = clock.now();
        hasInput = false;
        isWaiting = clock.now() - lastInputAt < idleAfterMs;
        if (isWaiting) wait();
      };
      const take = (input: MarketInput) => {
        if (input.kind === 'tick') decisions.tick(input.tick);
        else if (input.kind === 'interruption') decisions.interruption(input.from, input.to);
        else decisions.minutes(input.from, input.to, input.bars);
        hasInput = true;
        if (!isWaiting) wait();
      };

      subscriber.add(() => timer?.unsubscribe());
      wait();
      source.subscribe(new DirectSubscriber(subscriber, take));
    });
}

/** Timers run before the poll for input in a turn of Node's event loop, and immediates after it. */
export const nextTurn = (then: () => void) => {
  setImmediate(then);
};
const atOnce = (then: () => void) => {
  then();
};

import { type MonoTypeOperatorFunction, Observable } from 'rxjs';
import type { Tick } from '../schema/tick.ts';
import { DirectSubscriber } from './direct-subscriber.ts';

export interface ConfirmLeapsOptions {
  /** A tick further ahead of all before it is a leap, ms. @default 10 minutes */
  readonly leapMs?: number;
  /** Different event times, within a leap of each other, that confirm one. @default 3 */
  readonly instants?: number;
  /** Ticks held at most; more are rejected. @default 20,000 */
  readonly mostHeld?: number;
  readonly onReject?: (tick: Tick) => void;
}

/** Ticks that tell of one leap, in order of arrival. */
interface Group {
  readonly ticks: Tick[];
  readonly instants: Set<number>;
}

/**
 * Holds ticks back whose event time leaps ahead, and the very first ones, until time has gone on from there: where the ticks are the
 * clock, a single wrong one would move time forward for ever.
 *
 *     ticks  -a-b-X-c-D-D-E-F--|   X and D to F are days later
 *     out    ---ab--c-----(DDEF)|   X is rejected at c, where time goes on as before
 *
 * A leap is a fact once three instants tell of it and none of the time before it has gone on. What is held loses nothing: with no other
 * tick, that clock stands. Order is kept among the held. Causal.
 */
export function confirmLeaps(options: ConfirmLeapsOptions = {}): MonoTypeOperatorFunction<Tick> {
  const { leapMs = 600_000, instants = 3, mostHeld = 20_000, onReject = () => {} } = options;
  return (source) =>
    new Observable((subscriber) => {
      let newest = -Infinity;
      let groups: Group[] = [];
      let held = 0;

      const refuteAllBut = (one?: Group) => {
        for (const group of groups) if (group !== one) group.ticks.forEach(onReject);
        groups = [];
        held = 0;
      };
      const groupOf = (eventTime: number): Group => {
        let group = groups.find(({ ticks }) => Math.abs(eventTime - ticks[0]!.eventTime) <= leapMs);
        if (group === undefined) groups.push((group = { ticks: [], instants: new Set() }));
        return group;
      };
      const hold = (tick: Tick) => {
        if (held === mostHeld) {
          onReject(tick);
          return;
        }
        held++;
        const group = groupOf(tick.eventTime);
        group.ticks.push(tick);
        group.instants.add(tick.eventTime);
        if (group.instants.size < instants) return;
        newest = Math.max(...group.instants);
        refuteAllBut(group);
        for (const one of group.ticks) subscriber.next(one);
      };

      source.subscribe(
        new DirectSubscriber<Tick, Tick>(
          subscriber,
          (tick) => {
            if (tick.eventTime > newest + leapMs) {
              hold(tick);
              return;
            }
            // An old price proves nothing; time that goes on where it was does.
            if (tick.eventTime > newest) {
              newest = tick.eventTime;
              if (held > 0) refuteAllBut();
            }
            subscriber.next(tick);
          },
          {
            atEnd: () => {
              refuteAllBut();
              subscriber.complete();
            },
          },
        ),
      );
    });
}

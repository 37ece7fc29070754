import { type MonoTypeOperatorFunction, Observable } from 'rxjs';
import type { Tick } from '../../schema/tick.ts';
import { DirectSubscriber } from '../rx/direct-subscriber.ts';

export interface ConfirmLeapsOptions {
  /** A tick further ahead of all before it is a leap, ms. @default 10 minutes */
  readonly leapMs?: number;
  /** Different event times, within a leap of each other, that confirm one. @default 3 */
  readonly instants?: number;
  /** Ticks held at most; more are rejected. @default 20,000 */
  readonly mostHeld?: number;
  readonly onReject?: (tick: Tick) => void;
}

/** Ticks that show one leap, in order of arrival. */
interface Group {
  readonly ticks: Tick[];
  readonly instants: Set<number>;
}

/** A tick that leaps beyond the step before it. */
interface Step {
  readonly group: Group;
  readonly symbol: string;
}

/**
 * Holds ticks back whose event time leaps ahead, and the very first ones, until time has gone on from there: where the ticks are the
 * clock, a single wrong one would move time forward for ever.
 *
 *     ticks  -a-b-X-c-D-D-E-F--|   X and D to F are days later
 *     out    ---ab--c-----(DDEF)|   X is rejected at c, where time goes on as before
 *
 * A leap is a fact once three instants show it and none of the time before it has gone on. Where ticks are further apart than a
 * leap, three of one symbol that each leap further show the same, if none in between goes back; the newest then waits for the next.
 * What is held loses nothing: with no other tick, that clock stands. Order is kept among the held. Causal.
 */
export function confirmLeaps(options: ConfirmLeapsOptions = {}): MonoTypeOperatorFunction<Tick> {
  const { leapMs = 600_000, instants = 3, mostHeld = 20_000, onReject = () => {} } = options;
  return (source) =>
    new Observable((subscriber) => {
      let newest = -Infinity;
      let groups: Group[] = [];
      let steps: Step[] = [];
      let held = 0;

      /** Of the held, some are facts, one may wait on; the rest is refuted. */
      const settle = (facts: readonly Group[] = [], waiting?: Step) => {
        for (const group of groups)
          if (!facts.includes(group) && group !== waiting?.group) group.ticks.forEach(onReject);
        groups = waiting === undefined ? [] : [waiting.group];
        steps = waiting === undefined ? [] : [waiting];
        held = waiting?.group.ticks.length ?? 0;
        for (const { instants: times } of facts) newest = Math.max(newest, ...times);
        for (const { ticks } of facts) for (const one of ticks) subscriber.next(one);
      };
      const step = (group: Group, symbol: string) => {
        if (group === steps.at(-1)?.group) return;
        const start = group.ticks[0]!.eventTime;
        // Time has not gone on from those beyond.
        steps = [...steps.filter((one) => one.group.ticks[0]!.eventTime < start), { group, symbol }];
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
        step(group, tick.symbol);
        if (group.instants.size >= instants) settle([group]);
        else if (steps.filter(({ symbol }) => symbol === tick.symbol).length >= instants)
          settle(
            steps.slice(0, -1).map((one) => one.group),
            steps.at(-1),
          );
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
              if (held > 0) settle();
            }
            subscriber.next(tick);
          },
          {
            atEnd: () => {
              settle();
              subscriber.complete();
            },
          },
        ),
      );
    });
}

import { Observable, Subject, type OperatorFunction, type SchedulerLike } from 'rxjs';
import { describe, expect, it } from 'vitest';
import { createFeedClock } from '../streams/provider/feed-clock.ts';

export interface OperatorUnderTest<In, Out> {
  /** A new operator on a clock. What it is given besides must be new as well. */
  readonly make: (clock: SchedulerLike) => OperatorFunction<In, Out>;
  /** At least a few inputs, which lead to at least one output. */
  readonly inputs: readonly In[];
  /** When an input comes, Unix ms, never falling. @default 1 s apart */
  readonly at?: (input: In, index: number) => number;
  readonly start?: number;
}

/**
 * The laws of every operator: it completes with its source, passes errors on, gives its source and its timers back, shares
 * nothing between two subscribers, and is causal: the outputs of a prefix are a prefix of the outputs.
 */
export function operatorContract<In, Out>(name: string, subject: OperatorUnderTest<In, Out>): void {
  const { make, inputs, start = 0, at = (_, index) => start + (index + 1) * 1000 } = subject;

  /** Plays inputs to subscribers of one operator; what each has heard. */
  const play = (count: number, subscribers = 1): Out[][] => {
    const feed = createFeedClock(start);
    const source = new Subject<In>();
    const operator = make(feed.clock);
    const heard = Array.from({ length: subscribers }, (): Out[] => []);
    const subscriptions = heard.map((list) =>
      source.pipe(operator).subscribe((value) => {
        list.push(structuredClone(value));
      }),
    );
    for (const [index, input] of inputs.slice(0, count).entries()) {
      feed.advance(at(input, index));
      source.next(input);
    }
    for (const subscription of subscriptions) subscription.unsubscribe();
    return heard;
  };

  describe(`${name} keeps the operator contract`, () => {
    it('says something at all', () => {
      expect(play(inputs.length)[0]!.length).toBeGreaterThan(0);
    });

    it('completes with its source', () => {
      const source = new Subject<In>();
      let completed = false;
      source.pipe(make(createFeedClock(start).clock)).subscribe({ complete: () => (completed = true) });
      source.complete();
      expect(completed).toBe(true);
    });

    it('passes an error on', () => {
      const source = new Subject<In>();
      const failure = new Error('of the source');
      let passed: unknown;
      source
        .pipe(make(createFeedClock(start).clock))
        .subscribe({ error: (error: unknown) => (passed = error) });
      source.error(failure);
      expect(passed).toBe(failure);
    });

    it('gives its source back, and is silent from then on', () => {
      const feed = createFeedClock(start);
      let taken = 0;
      let given = 0;
      let said = 0;
      let next: (input: In) => void = () => {};
      const source = new Observable<In>((subscriber) => {
        taken++;
        next = (input) => {
          subscriber.next(input);
        };
        return () => given++;
      });
      const subscription = source.pipe(make(feed.clock)).subscribe(() => said++);
      feed.advance(at(inputs[0]!, 0));
      next(inputs[0]!);
      expect([taken, given]).toEqual([1, 0]);
      subscription.unsubscribe();
      expect([taken, given]).toEqual([1, 1]);
      const before = said;
      feed.advance(start + 7 * 86_400_000);
      expect(said).toBe(before);
    });

    it('shares nothing between two subscribers', () => {
      const alone = play(inputs.length)[0];
      const [first, second] = play(inputs.length, 2);
      expect(first).toEqual(alone);
      expect(second).toEqual(alone);
    });

    it('is causal', () => {
      const whole = play(inputs.length)[0]!;
      const step = Math.max(1, Math.floor(inputs.length / 25));
      for (let count = 0; count <= inputs.length; count += step) {
        const part = play(count)[0]!;
        expect(part).toEqual(whole.slice(0, part.length));
      }
    });
  });
}

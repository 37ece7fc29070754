import { Problem } from '../problem.ts';

export interface FairGateOptions {
  /** Runs at once. */
  readonly atOnce: number;
  /** Runs and waits of one caller; above it 429. */
  readonly perCaller: number;
  /** Waits of all callers; above it 503. A caller that has nothing under way is let in up to twice of it. */
  readonly maxWaiting: number;
}

export interface FairGate {
  /** Runs `work` in the caller's turn. Throws Problem 429 or 503 with Retry-After. */
  readonly run: <T>(caller: string, work: () => Promise<T>) => Promise<T>;
  readonly waiting: () => number;
}

/**
 * Bounded work, callers in turn: one caller with a hundred requests does not delay another with one by more than a
 * single run, and who asks one after the other is never refused.
 */
export function fairGate({ atOnce, perCaller, maxWaiting }: FairGateOptions): FairGate {
  const queues = new Map<string, (() => void)[]>();
  const underWay = new Map<string, number>();
  let waiting = 0;
  let running = 0;

  const admit = (caller: string) => {
    const own = underWay.get(caller) ?? 0;
    if (own >= perCaller) {
      throw new Problem(429, 'rate_limited', `at most ${perCaller} of these requests at once`, {
        'Retry-After': '1',
      });
    }
    if (waiting >= (own === 0 ? 2 * maxWaiting : maxWaiting)) {
      throw new Problem(503, 'overloaded', 'too many requests wait for this work', { 'Retry-After': '2' });
    }
    underWay.set(caller, own + 1);
  };

  const turn = (caller: string): Promise<void> | undefined => {
    if (running < atOnce) {
      running++;
      return undefined;
    }
    waiting++;
    return new Promise((resolve) => {
      const queue = queues.get(caller);
      if (queue === undefined) queues.set(caller, [resolve]);
      else queue.push(resolve);
    });
  };

  const next = (caller: string) => {
    const left = (underWay.get(caller) ?? 1) - 1;
    if (left === 0) underWay.delete(caller);
    else underWay.set(caller, left);
    const [first] = queues;
    if (first === undefined) {
      running--;
      return;
    }
    // The caller goes to the end of the line; its next request waits there.
    const [who, queue] = first;
    queues.delete(who);
    const resume = queue.shift()!;
    if (queue.length > 0) queues.set(who, queue);
    waiting--;
    resume();
  };

  return {
    run: async (caller, work) => {
      admit(caller);
      await turn(caller);
      try {
        return await work();
      } finally {
        next(caller);
      }
    },
    waiting: () => waiting,
  };
}

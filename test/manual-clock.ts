import { setTimeout as sleep } from 'node:timers/promises';
import { Subscription, type SchedulerAction, type SchedulerLike } from 'rxjs';

type Work<T> = (this: SchedulerAction<T>, state?: T) => void;

/**
 * Virtual time for code that talks over real sockets: timers run when `advance` passes them, and after each step the real
 * event loop gets a moment to carry what was sent. (Actions of rxjs's virtual scheduler nest at each repetition, so its
 * intervals overflow the stack after some thousand turns.)
 */
export class ManualClock implements SchedulerLike {
  #now: number;
  readonly #due = new Set<ManualAction<unknown>>();

  constructor(start = Date.UTC(2026, 0, 7, 12)) {
    this.#now = start;
  }

  now(): number {
    return this.#now;
  }

  schedule<T>(work: Work<T>, delay = 0, state?: T): Subscription {
    return new ManualAction<T>(this, this.#due as Set<ManualAction<T>>, work).schedule(state, delay);
  }

  /** Moves on by `ms`, in steps of at most `step` ms, each followed by `realMs` of real time. */
  async advance(ms: number, { step = 1_000, realMs = 4 } = {}): Promise<void> {
    const end = this.#now + ms;
    while (this.#now < end) {
      this.#runUntil(Math.min(end, this.#now + step));
      await sleep(realMs);
    }
  }

  #runUntil(time: number): void {
    for (;;) {
      let next: ManualAction<unknown> | undefined;
      for (const action of this.#due) if (next === undefined || action.at < next.at) next = action;
      if (next === undefined || next.at > time) break;
      this.#now = Math.max(this.#now, next.at);
      next.run();
    }
    this.#now = time;
  }
}

class ManualAction<T> extends Subscription implements SchedulerAction<T> {
  at = 0;
  #state: T | undefined;
  readonly #clock: ManualClock;
  readonly #due: Set<ManualAction<T>>;
  readonly #work: Work<T>;

  constructor(clock: ManualClock, due: Set<ManualAction<T>>, work: Work<T>) {
    super(() => due.delete(this));
    this.#clock = clock;
    this.#due = due;
    this.#work = work;
  }

  schedule(state?: T, delay = 0): Subscription {
    if (this.closed) return this;
    this.#state = state;
    this.at = this.#clock.now() + Math.max(0, delay);
    this.#due.add(this);
    return this;
  }

  run(): void {
    this.#due.delete(this);
    Reflect.apply(this.#work, this, [this.#state]);
    if (!this.#due.has(this)) this.unsubscribe();
  }
}

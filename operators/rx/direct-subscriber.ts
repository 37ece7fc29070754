import { Subscriber } from 'rxjs';

/** What to do at the end of a source, or at its failure, instead of handing it on. */
export interface DirectEnds {
  readonly atEnd?: () => void;
  readonly atError?: (error: unknown) => void;
}

/**
 * Does its work where RxJS would first call through three functions of its own. For operators on the way of every tick and
 * forming candle, where `npm run bench:ticks` shows those calls; elsewhere an observer is plainer. What `work` throws goes to
 * `destination`, as errors and the end do where `ends` does not take them.
 */
export class DirectSubscriber<T, Out> extends Subscriber<T> {
  readonly #work: (value: T) => void;
  readonly #ends: DirectEnds;

  constructor(destination: Subscriber<Out>, work: (value: T) => void, ends: DirectEnds = {}) {
    super(destination);
    this.#work = work;
    this.#ends = ends;
  }

  override next(value: T): void {
    if (this.isStopped) return;
    try {
      this.#work(value);
    } catch (error) {
      this.destination.error(error);
    }
  }

  protected override _complete(): void {
    const { atEnd } = this.#ends;
    if (atEnd === undefined) super._complete();
    else this.#finish(atEnd);
  }

  protected override _error(error: unknown): void {
    const { atError } = this.#ends;
    if (atError === undefined) super._error(error);
    else this.#finish(() => atError(error));
  }

  #finish(work: () => void): void {
    try {
      work();
    } catch (error) {
      this.destination.error(error);
    } finally {
      this.unsubscribe();
    }
  }
}

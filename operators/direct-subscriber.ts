import { Subscriber } from 'rxjs';

/**
 * Does its work where RxJS would first call through three functions of its own. For operators on the way of every tick and
 * forming candle, where `npm run bench:ticks` shows those calls; elsewhere an observer is plainer. What `work` throws goes to
 * `destination`, as errors and the end do; the end, where given, to `atEnd` instead.
 */
export class DirectSubscriber<T, Out> extends Subscriber<T> {
  readonly #work: (value: T) => void;
  readonly #atEnd: (() => void) | undefined;

  constructor(destination: Subscriber<Out>, work: (value: T) => void, atEnd?: () => void) {
    super(destination);
    this.#work = work;
    this.#atEnd = atEnd;
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
    if (this.#atEnd === undefined) super._complete();
    else {
      this.#atEnd();
      this.unsubscribe();
    }
  }
}

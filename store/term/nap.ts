/** A pause that may be cut short. */
export interface Nap {
  /** Resolves after `ms`, or at the next `wake`. */
  readonly sleep: (ms: number) => Promise<void>;
  /** Nothing happens where nobody sleeps: the next sleep is a whole one. */
  readonly wake: () => void;
}

export function createNap(): Nap {
  let wake = () => {};
  return {
    sleep: (ms) =>
      new Promise<void>((done) => {
        const timer = setTimeout(done, ms);
        wake = () => {
          clearTimeout(timer);
          done();
        };
      }),
    wake: () => wake(),
  };
}

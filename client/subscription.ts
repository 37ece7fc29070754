/** A subscription: read it with `for await`, or pass a callback to `subscribe`. */
export interface Subscription<Frame> extends AsyncIterable<Frame> {
  readonly unsubscribe: () => void;
}

export interface SubscriptionSource<Frame> extends Subscription<Frame> {
  readonly push: (frame: Frame) => void;
  /** Ends the loops over it. */
  readonly end: () => void;
}

export interface SubscriptionOptions<Frame> {
  readonly onFrame: ((frame: Frame) => void) | undefined;
  /** Of buffered frames with the same key only the latest is kept. Undefined: all are kept, up to `limit`. */
  readonly keyOf: ((frame: Frame) => string) | undefined;
  /** Most frames buffered for a slow loop; beyond it the loop throws. */
  readonly limit: number;
  readonly onUnsubscribe: () => void;
}

/** Passes frames to a callback, or buffers them, bounded, for a `for await` loop. */
export function subscriptionSource<Frame>(options: SubscriptionOptions<Frame>): SubscriptionSource<Frame> {
  const { onFrame, keyOf, limit, onUnsubscribe } = options;
  const waiting = new Map<string | number, Frame>();
  let count = 0;
  let isEnded = false;
  let isOver = false;
  let wake = () => {};

  const end = () => {
    isEnded = true;
    wake();
  };
  const unsubscribe = () => {
    if (isEnded) return;
    end();
    onUnsubscribe();
  };

  return {
    unsubscribe,
    end,
    push: (frame) => {
      if (isEnded) return;
      if (onFrame !== undefined) return onFrame(frame);
      const key = keyOf?.(frame) ?? count++;
      // Deleted first, so that the newest comes last.
      waiting.delete(key);
      if (waiting.size >= limit) isOver = true;
      else waiting.set(key, frame);
      wake();
    },
    async *[Symbol.asyncIterator]() {
      try {
        for (;;) {
          const [first] = waiting;
          if (first !== undefined) {
            waiting.delete(first[0]);
            yield first[1];
          } else if (isOver) {
            throw new Error(`the loop fell more than ${limit} frames behind`);
          } else if (isEnded) {
            return;
          } else {
            await new Promise<void>((resolve) => {
              wake = resolve;
            });
          }
        }
      } finally {
        unsubscribe();
      }
    },
  };
}

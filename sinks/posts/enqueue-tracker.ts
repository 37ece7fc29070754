import type { Log } from '../../store/log.ts';

/** The result of the last attempts to add posts to the queue. */
export interface EnqueueState {
  /** Time since a post was last added, ms; undefined: none since the start. */
  readonly ageMs: number | undefined;
  /** Why posts cannot be added at present. */
  readonly failure: string | undefined;
}

/** Tracks whether posts can be added to a queue, and the queue's last error. */
export interface EnqueueTracker {
  /** A post was added. */
  readonly succeeded: () => void;
  /** Posts could not be added. Logs `what`, unless the same error was the last one. */
  readonly failed: (error: unknown, what: string) => void;
  /** Remembers an error that does not concern adding posts. */
  readonly noteError: (error: Error) => void;
  /** The queue works again: forgets failure and last error. */
  readonly recovered: () => void;
  readonly lastError: () => string | null;
  readonly state: () => EnqueueState;
}

/** `scrub` takes secrets out of what the backend says, which is shown. */
export function enqueueTracker(
  log: Log,
  onEnqueued: () => void = () => {},
  scrub: (text: string) => string = (text) => text,
): EnqueueTracker {
  let enqueuedAt: number | undefined;
  let failure: string | undefined;
  let lastError: string | null = null;
  return {
    succeeded: () => {
      enqueuedAt = performance.now();
      onEnqueued();
    },
    failed: (error, what) => {
      const { message } = error as Error;
      if (message !== lastError) log.warn({ err: error }, what);
      lastError = message;
      failure = scrub(message);
    },
    noteError: ({ message }) => {
      lastError = message;
    },
    recovered: () => {
      lastError = null;
      failure = undefined;
    },
    lastError: () => (lastError === null ? null : scrub(lastError)),
    state: () => ({
      ageMs: enqueuedAt === undefined ? undefined : performance.now() - enqueuedAt,
      failure,
    }),
  };
}

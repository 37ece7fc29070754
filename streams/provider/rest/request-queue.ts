/** The queue is full, and this request is the least urgent. */
export class BudgetFullError extends Error {
  override name = 'BudgetFullError';
}

export interface QueuedRequest {
  readonly cost: number;
  /** Higher goes first: the end of the gap it fills, Unix ms, so that the most recent one is filled first. */
  readonly priority: number;
  readonly signal?: AbortSignal | undefined;
}

/** Requests that wait for a lease `T`, the most urgent first, in order of arrival where equally urgent. */
export interface RequestQueue<T> {
  /** Resolves with the lease; rejects with BudgetFullError, the reason of `rejectAll`, or the signal's. */
  readonly add: (request: QueuedRequest) => Promise<T>;
  /** Cost of the request that is next; undefined where none waits. */
  readonly nextCost: () => number | undefined;
  /** Takes the next request off the queue and resolves it. */
  readonly grantNext: (lease: T) => void;
  readonly rejectAll: (reason: unknown) => void;
  readonly size: () => number;
}

interface Entry<T> extends QueuedRequest {
  readonly resolve: (lease: T) => void;
  readonly reject: (reason: unknown) => void;
}

/** Holds at most `max` requests; one more rejects the least urgent. */
export function createRequestQueue<T>(max: number): RequestQueue<T> {
  const entries: Entry<T>[] = [];

  const insert = (entry: Entry<T>) => {
    const behind = entries.findIndex(({ priority }) => priority < entry.priority);
    entries.splice(behind === -1 ? entries.length : behind, 0, entry);
    if (entries.length <= max) return;
    entries.pop()!.reject(new BudgetFullError(`${max} requests wait for credits already`));
  };

  return {
    add: (request) =>
      new Promise<T>((resolve, reject) => {
        const { signal } = request;
        const onAbort = () => {
          const at = entries.indexOf(entry);
          if (at !== -1) entries.splice(at, 1);
          reject(signal?.reason as Error);
        };
        const done = () => signal?.removeEventListener('abort', onAbort);
        const entry: Entry<T> = {
          ...request,
          resolve: (lease) => {
            done();
            resolve(lease);
          },
          reject: (reason) => {
            done();
            reject(reason);
          },
        };
        signal?.addEventListener('abort', onAbort, { once: true });
        insert(entry);
      }),
    nextCost: () => entries[0]?.cost,
    grantNext: (lease) => entries.shift()?.resolve(lease),
    rejectAll: (reason) => {
      for (const { reject } of entries.splice(0)) reject(reason);
    },
    size: () => entries.length,
  };
}

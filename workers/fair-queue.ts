/** Work that waits for a thread: live closes first, requests in rotation of their callers. */
export interface FairQueue<T> {
  readonly live: number;
  readonly requests: number;
  pushLive(task: T): void;
  pushRequest(task: T, caller: string): void;
  /** Does this caller have work waiting? */
  waits(caller: string): boolean;
  /** The next to run: a live close, but after `livePerRequest` of them in a row one request. */
  shift(): T | undefined;
  clear(): T[];
}

export function createFairQueue<T>(livePerRequest: number): FairQueue<T> {
  const live: T[] = [];
  const callers = new Map<string, T[]>();
  let requests = 0;
  let liveInRow = 0;

  const nextRequest = (): T | undefined => {
    for (const [caller, tasks] of callers) {
      const task = tasks.shift();
      callers.delete(caller);
      if (tasks.length > 0) callers.set(caller, tasks);
      requests--;
      return task;
    }
    return undefined;
  };

  return {
    get live() {
      return live.length;
    },
    get requests() {
      return requests;
    },
    pushLive: (task) => void live.push(task),
    pushRequest(task, caller) {
      const tasks = callers.get(caller);
      if (tasks === undefined) callers.set(caller, [task]);
      else tasks.push(task);
      requests++;
    },
    waits: (caller) => callers.has(caller),
    shift() {
      const isRequestDue = liveInRow >= livePerRequest && requests > 0;
      if (live.length > 0 && !isRequestDue) {
        liveInRow++;
        return live.shift();
      }
      liveInRow = 0;
      return nextRequest();
    },
    clear() {
      const all = [...live, ...[...callers.values()].flat()];
      live.length = 0;
      callers.clear();
      requests = 0;
      return all;
    },
  };
}

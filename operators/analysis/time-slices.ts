/** Runs work soon, in order, a little at a time. Returns the function that cancels it. */
export type TimeSlices = (work: () => void) => () => void;

/**
 * Work that many symbols have at one instant, spread so that the event loop stays free: at most `budgetMs` of it in a row, then sockets and
 * timers run. A thousand symbols that close together delay a price update no more than that.
 */
export function createTimeSlices(budgetMs = 4): TimeSlices {
  const queue = new Set<{ readonly work: () => void }>();
  let isScheduled = false;
  const runSlice = (): void => {
    isScheduled = false;
    const until = performance.now() + budgetMs;
    for (const task of queue) {
      queue.delete(task);
      task.work();
      if (performance.now() >= until) break;
    }
    schedule();
  };
  const schedule = (): void => {
    if (isScheduled || queue.size === 0) return;
    isScheduled = true;
    setImmediate(runSlice);
  };
  return (work) => {
    const task = { work };
    queue.add(task);
    schedule();
    return () => {
      queue.delete(task);
    };
  };
}

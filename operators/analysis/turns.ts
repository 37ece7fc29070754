/** Runs work soon, in order, a little at a time. Returns what takes it back. */
export type Turns = (work: () => void) => () => void;

/**
 * Work that many have at one instant, spread so that the event loop stays free: at most `budgetMs` of it in a row, then sockets and timers have
 * their turn. A thousand symbols that close together cost a price update no more than that.
 */
export function createTurns(budgetMs = 4): Turns {
  const line = new Set<{ readonly work: () => void }>();
  let isScheduled = false;
  const go = (): void => {
    isScheduled = false;
    const until = performance.now() + budgetMs;
    for (const task of line) {
      line.delete(task);
      task.work();
      if (performance.now() >= until) break;
    }
    schedule();
  };
  const schedule = (): void => {
    if (isScheduled || line.size === 0) return;
    isScheduled = true;
    setImmediate(go);
  };
  return (work) => {
    const task = { work };
    line.add(task);
    schedule();
    return () => {
      line.delete(task);
    };
  };
}

/**
 * Each promise resolves in a turn of the event loop of its own, so two pieces of work that asked here never share a turn. Work that takes milliseconds asks first, so that many at once do not stop everything else.
 */
export function oneATurn(): () => Promise<void> {
  const waiting: (() => void)[] = [];
  const run = () => {
    waiting.shift()?.();
    if (waiting.length > 0) setImmediate(run);
  };
  return () =>
    new Promise((resolve) => {
      if (waiting.push(resolve) === 1) setImmediate(run);
    });
}

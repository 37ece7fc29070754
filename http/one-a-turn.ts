/**
 * Resolves in a turn of the event loop of its own: what follows it, up to its next await, shares its turn with none that asked here
 * before or after. Work that takes milliseconds asks first, so that many at once do not stop everything else.
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

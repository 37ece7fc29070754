/** Waits until `condition` answers something true, and gives it; fails after `ms`. */
export async function until<T>(
  condition: () => T | Promise<T>,
  ms = 15_000,
): Promise<Exclude<NonNullable<T>, false>> {
  const end = performance.now() + ms;
  for (;;) {
    const value = await condition();
    if (value) return value as Exclude<NonNullable<T>, false>;
    if (performance.now() > end) throw new Error(`not within ${ms} ms: ${condition.toString()}`);
    await new Promise((done) => setTimeout(done, 20));
  }
}

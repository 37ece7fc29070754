import { patience } from './patience.ts';

/** Waits until `condition` answers something true, and gives it; fails after `ms` of a quiet machine. */
export async function until<T>(
  condition: () => T | Promise<T>,
  ms = 30_000,
): Promise<Exclude<NonNullable<T>, false>> {
  const begun = performance.now();
  for (;;) {
    const value = await condition();
    if (value) return value as Exclude<NonNullable<T>, false>;
    if (performance.now() > begun + ms * patience())
      throw new Error(`not within ${ms} ms: ${condition.toString()}`);
    await new Promise((done) => setTimeout(done, 20));
  }
}

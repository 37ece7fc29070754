import type { Store } from './create-store.ts';

/**
 * Fills a store with what the browser kept of it under `anso-vision.` and its name, and keeps what changes. `parse` gets the stored text,
 * null where there is none. A browser without storage keeps it for the visit.
 */
export function keepStore<T>(
  storage: Storage | null,
  name: string,
  store: Store<T>,
  parse: (text: string | null) => T,
): void {
  const key = `anso-vision.${name}`;
  store.set(parse(storage?.getItem(key) ?? null));
  store.subscribe(() => {
    try {
      storage?.setItem(key, JSON.stringify(store.get()));
    } catch {
      // Full or forbidden: the choice holds until the page is closed.
    }
  });
}

import type { Store } from '../state/create-store.ts';
import type { Asked } from '../state/server.ts';
import { getJson } from './get-json.ts';

/** Asks once and puts the answer into its store; a failure keeps the last good answer beside the error. */
export async function ask<T>(path: string, store: Store<Asked<T>>): Promise<void> {
  try {
    store.set({ data: await getJson<T>(path), error: null });
  } catch (error) {
    store.update((now) => ({ ...now, error: error instanceof Error ? error.message : String(error) }));
  }
}

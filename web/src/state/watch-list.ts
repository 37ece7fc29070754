import { createStore } from './create-store.ts';
import { parseWatchList, type WatchListChoice } from './parse-watch-list.ts';

const key = 'anso-vision.watch-list';

/** The user's own list: what was added to the server's symbols, in which order and groups. Kept in this browser. */
export const watchList = createStore<WatchListChoice>(parseWatchList(null));

/** Reads what was kept and keeps what changes. A browser without storage keeps it for the visit. */
export function keepWatchList(storage: Storage | null): void {
  watchList.set(parseWatchList(storage?.getItem(key) ?? null));
  watchList.subscribe(() => {
    try {
      storage?.setItem(key, JSON.stringify(watchList.get()));
    } catch {
      // Full or forbidden: the choice holds until the page is closed.
    }
  });
}

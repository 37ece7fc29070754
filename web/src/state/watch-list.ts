import { createStore } from './create-store.ts';
import { parseWatchList, type WatchListChoice } from './parse-watch-list.ts';

/** The user's own list: what was added to the server's symbols, in which order and groups. Kept in this browser. */
export const watchList = createStore<WatchListChoice>(parseWatchList(null));

import { type FSWatcher, watch } from 'node:fs';

/** Writes of one save are heard of together, ms. */
const settleMs = 30;

/** Hears of changes in folders where the system tells of them. It is a hint: not every file system does. */
export interface FolderWatch {
  /** Watches a folder that is there and is not watched yet. */
  add(folder: string): void;
  close(): void;
}

export function watchFolders(onChange: () => void): FolderWatch {
  const watched = new Map<string, FSWatcher>();
  let heard: NodeJS.Timeout | undefined;
  let isClosed = false;
  const hear = (): void => {
    heard ??= setTimeout(() => {
      heard = undefined;
      onChange();
    }, settleMs).unref();
  };
  const forget = (folder: string): void => {
    watched.get(folder)?.close();
    watched.delete(folder);
  };
  return {
    add(folder) {
      if (isClosed || watched.has(folder)) return;
      try {
        const watcher = watch(folder, { persistent: false }, hear);
        watched.set(folder, watcher);
        watcher.on('error', () => forget(folder));
      } catch {
        // It is not there, or the system watches no more: whoever looks now and then finds the change.
      }
    },
    close() {
      isClosed = true;
      clearTimeout(heard);
      for (const folder of watched.keys()) forget(folder);
    },
  };
}

import { createStore } from './create-store.ts';

/** A toast. `tone` colours it; `signalId` is what a click shows. */
export interface Notice {
  readonly id: number;
  readonly tone: 'up' | 'down' | 'calm' | 'alarm';
  readonly title: string;
  readonly body: string;
  readonly signalId: string | null;
}

const mostNotices = 4;
let lastId = 0;

export const notices = createStore<readonly Notice[]>([]);

/** Signals that came since the user last touched the page. */
export const unseen = createStore(0);

/** Shows a toast; the oldest makes room. */
export function notify(notice: Omit<Notice, 'id'>): void {
  lastId += 1;
  notices.update((shown) => [...shown, { ...notice, id: lastId }].slice(-mostNotices));
}

export const dismiss = (id: number): void =>
  notices.update((shown) => shown.filter((notice) => notice.id !== id));

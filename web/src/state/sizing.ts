import { createStore } from './create-store.ts';

/** What the user sizes positions from, as typed; kept in the browser, sent to nobody. */
interface Sizing {
  readonly account: string;
  readonly risk: string;
}

const key = 'anso-vision.sizing';

export const sizing = createStore<Sizing>({ account: '10000', risk: '1' });

/** Reads what was kept and keeps what changes. */
export function keepSizing(storage: Storage | null): void {
  try {
    const { account, risk } = Object(JSON.parse(storage?.getItem(key) ?? '{}')) as Partial<
      Record<string, unknown>
    >;
    if (typeof account === 'string' && typeof risk === 'string') sizing.set({ account, risk });
  } catch {
    // What is kept is none of ours: the defaults hold.
  }
  sizing.subscribe(() => {
    try {
      storage?.setItem(key, JSON.stringify(sizing.get()));
    } catch {
      // Full or forbidden: it holds until the page is closed.
    }
  });
}

import { createStore } from './create-store.ts';

/** What the user sizes positions from, as typed; kept in the browser, sent to nobody. */
interface Sizing {
  readonly account: string;
  readonly risk: string;
}

const usual: Sizing = { account: '10000', risk: '1' };

export const sizing = createStore<Sizing>(usual);

/** What is kept, from its stored text; the usual figures where it is none of ours. */
export function parseSizing(text: string | null): Sizing {
  try {
    const { account, risk } = Object(JSON.parse(text ?? '{}')) as Partial<Record<string, unknown>>;
    return typeof account === 'string' && typeof risk === 'string' ? { account, risk } : usual;
  } catch {
    return usual;
  }
}

import { createStore } from './create-store.ts';

/** What explains the page and is open: the list of its words, or a step of the way round it. */
export interface Help {
  readonly words: boolean;
  /** Step of the first minute, from 0; null while it is not shown. */
  readonly step: number | null;
}

export const help = createStore<Help>({ words: false, step: null });

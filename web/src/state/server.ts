import type { z } from 'zod';
import type { HealthAnswer, QueueAnswer, SymbolsAnswer } from '../../../schema/rest.ts';
import { createStore } from './create-store.ts';

/** An answer of the server that is asked again and again: the last good one, and what went wrong since. */
export interface Asked<T> {
  readonly data: T | null;
  readonly error: string | null;
}

const nothing = { data: null, error: null };

export const symbols = createStore<Asked<z.infer<typeof SymbolsAnswer>>>(nothing);
export const health = createStore<Asked<HealthAnswer>>(nothing);
export const queue = createStore<Asked<QueueAnswer>>(nothing);

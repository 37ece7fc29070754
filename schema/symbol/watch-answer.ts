import { z } from 'zod';

/** The answer to a request to watch a symbol; `symbol_unknown` by the provider, the others by this server. */
export const WatchAnswer = z.enum(['ok', 'symbol_unknown', 'symbol_limit', 'symbol_not_offered']);
export type WatchAnswer = z.infer<typeof WatchAnswer>;

/** Why the server does not watch a symbol. */
export type Unwatched = Exclude<WatchAnswer, 'ok'>;

import { type KeyCheck, keyCheck } from '../../http/guards/key-check.ts';
import type { Context } from '../context.ts';

/** The keys of this process: made once, since all its entrances share the limit of wrong ones. */
export const keysOf = ({ config, steady }: Pick<Context, 'config' | 'steady'>): KeyCheck =>
  keyCheck({
    apiKeys: (config.API_KEYS ?? []).map((key) => key.reveal()),
    trustProxy: config.TRUST_PROXY,
    now: () => steady.now(),
  });

import { createHash } from 'node:crypto';

/** The version of a strategy as it runs: SHA-256 over its files and its parsed parameters, hex. */
export const strategyVersion = (closure: string, params: Readonly<Record<string, unknown>>): string =>
  createHash('sha256')
    .update(`${closure}\n${canonical(params)}`)
    .digest('hex');

/** JSON with sorted keys. */
const canonical = (value: unknown): string =>
  JSON.stringify(value, (_key, inner: unknown) =>
    typeof inner === 'object' && inner !== null && !Array.isArray(inner)
      ? Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : 1)))
      : inner,
  );

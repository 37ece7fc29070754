const longest = 200;

/** A receiver's id of what it stored, as receivers write them: a positive whole number or one printable word. Undefined: it is none. */
export function remoteIdOf(value: unknown): string | undefined {
  if (typeof value === 'number') return Number.isSafeInteger(value) && value > 0 ? String(value) : undefined;
  return typeof value === 'string' && value.length <= longest && /^[\p{L}\p{N}\p{P}\p{S}]+$/u.test(value)
    ? value
    : undefined;
}

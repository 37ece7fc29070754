/** Values that many settings of one strategy look at, and what indicators found in them. */
interface Shared {
  readonly areOriginal: () => boolean;
  /** By indicator, then by its length and how many bars ago. */
  readonly found: Map<string, Map<number, number>>;
}

const shared = new WeakMap<object, Shared>();

/**
 * Lets indicators of an object (an array, or candles that hold arrays) be remembered as long as its values are the original ones: a sweep asks
 * for the same averages with every setting.
 */
export function rememberValues(of: object, areOriginal: () => boolean): void {
  shared.set(of, { areOriginal, found: new Map() });
}

/** What an indicator finds, or has found in the same values. */
export function remembered(
  of: object,
  name: string,
  length: number,
  ago: number,
  find: () => number,
): number {
  const known = shared.get(of);
  // Who was given them may have changed them.
  if (known === undefined || !areKeys(length, ago) || !known.areOriginal()) return find();
  let ofName = known.found.get(name);
  if (ofName === undefined) known.found.set(name, (ofName = new Map()));
  const key = length * MOST + ago;
  const before = ofName.get(key);
  if (before !== undefined) return before;
  const value = find();
  ofName.set(key, value);
  return value;
}

const MOST = 65_536;
const areKeys = (length: number, ago: number): boolean =>
  Number.isInteger(length) && Number.isInteger(ago) && length >= 0 && ago >= 0 && ago < MOST;

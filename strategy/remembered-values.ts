import { Buffer } from 'node:buffer';

/** Values that many settings of one strategy look at, and what indicators found in them. */
interface Shared {
  /** As bytes, which are compared several times as fast as numbers. */
  readonly parts: readonly { readonly values: Buffer; readonly original: Buffer }[];
  /** By indicator, then by its length and how many bars ago. */
  readonly found: Map<string, Map<number, number>>;
}

const shared = new WeakMap<object, Shared>();

/**
 * Lets indicators of an object (an array, or candles that hold arrays) be remembered as long as its arrays are equal to the originals: a sweep asks
 * for the same averages with every setting.
 */
export function rememberValues(
  of: object,
  parts: () => readonly { readonly values: Float64Array; readonly original: Float64Array }[],
): void {
  let asBytes: Shared['parts'] | undefined;
  shared.set(of, {
    get parts() {
      return (asBytes ??= parts().map(({ values, original }) => ({
        values: bytesOf(values),
        original: bytesOf(original),
      })));
    },
    found: new Map(),
  });
}

const bytesOf = ({ buffer, byteOffset, byteLength }: Float64Array): Buffer =>
  Buffer.from(buffer, byteOffset, byteLength);

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
  if (known === undefined || !areKeys(length, ago) || !known.parts.every(isOriginal)) return find();
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

const isOriginal = ({ values, original }: Shared['parts'][number]): boolean => values.equals(original);

import { fixedDate, fixedMath } from './fixed-globals.ts';

/** What a strategy may not touch, with what it uses instead. */
const hints: Readonly<Record<string, string>> = {
  console: 'put what you want to see into reason or tags',
  crypto: 'draw from the random of decide',
  process: 'all that a decision may depend on is given to decide',
  structuredClone: 'the arrays given to decide are copies already',
};

const replacements = { Math: fixedMath, Date: fixedDate };

/** The language itself, less what reads a clock, draws numbers, waits, shares memory or tells when something is collected. */
const language =
  'Object Function Number parseFloat parseInt Infinity NaN undefined Boolean String Symbol Promise RegExp globalThis JSON Array ArrayBuffer DataView Map BigInt Set Iterator WeakMap WeakSet Proxy Reflect decodeURI decodeURIComponent encodeURI encodeURIComponent isFinite isNaN Error AggregateError EvalError RangeError ReferenceError SyntaxError TypeError URIError SuppressedError Int8Array Uint8Array Uint8ClampedArray Int16Array Uint16Array Int32Array Uint32Array BigInt64Array BigUint64Array Float16Array Float32Array Float64Array';

/**
 * Makes a thread's globals those of a pure function: whatever tells the time, draws chance, waits or reaches out throws, by name. It cannot be
 * undone, so it comes after everything of ours is loaded. The intrinsics themselves are frozen by Node's --frozen-intrinsics, with which the thread
 * must have been started.
 */
export function lockRealm(): void {
  const keep = new Set(language.split(' '));
  for (const name of Object.getOwnPropertyNames(globalThis)) {
    // zod keeps its registry and configuration there.
    if (keep.has(name) || name in replacements || name.startsWith('__zod_')) continue;
    // Some are made when they are first looked at, and that costs: a deletion does not look.
    Reflect.deleteProperty(globalThis, name);
    Object.defineProperty(globalThis, name, { get: () => refuse(name), configurable: false });
  }
  for (const [name, value] of Object.entries(replacements))
    Object.defineProperty(globalThis, name, { value, writable: false, configurable: false });
  Object.preventExtensions(globalThis);
}

function refuse(name: string): never {
  const hint = hints[name];
  throw new TypeError(`${name} is not available in a strategy${hint === undefined ? '' : `: ${hint}`}`);
}

import * as fc from 'fast-check';

/** The same inputs on every run, unless FUZZ_SEED says otherwise. */
const fuzzSeed = Number(process.env['FUZZ_SEED'] ?? 20_261_128);
const count = Number(process.env['FUZZ_COUNT'] ?? 10_000);

/** Inputs of a corpus (FUZZ_COUNT of them, 10,000 by default). Prints the seed, so that a failure can be repeated. */
export function corpus<T>(name: string, inputs: fc.Arbitrary<T>): T[] {
  console.log(`${count} ${name} of FUZZ_SEED=${fuzzSeed}`);
  return fc.sample(inputs, { seed: fuzzSeed, numRuns: count });
}

const awkward = [
  '\0',
  '\u0007',
  '\r\nX-Injected: 1',
  '\u001b[31m',
  '\u007f',
  '\u0085',
  '\u202Eevil',
  '\u2066',
  '\u200b',
  '\ufeff',
  '\ud800',
  'a\udc00b',
  '\uffff',
  '😀',
  '%00',
  '%c0%80',
  '%ed%a0%80',
  '%',
  '%zz',
  '../../etc/passwd',
  '<script>alert(1)</script>',
  "' OR 1=1 --",
  '__proto__',
  'constructor',
  'toString',
  '${7*7}',
  'NaN',
  '-0',
  '1e999',
  '9'.repeat(400),
  'x'.repeat(2_000),
  '',
  ' ',
];

/** Texts that parsers stumble over: controls, direction marks, halves of surrogate pairs, escapes, names of objects' own fields. */
export const awkwardText: fc.Arbitrary<string> = fc.oneof(
  fc.constantFrom(...awkward),
  fc.string({ unit: 'binary', maxLength: 40 }),
  fc.string({ maxLength: 40 }),
  fc.tuple(fc.string({ maxLength: 8 }), fc.constantFrom(...awkward)).map((parts) => parts.join('')),
);

const awkwardNumber = fc.oneof(
  fc.constantFrom(0, -0, -1, 1e-320, 1e308, -1e308, 2 ** 53, 2 ** 63, 0.1 + 0.2, 8.64e15, 1e16),
  fc.double({ noNaN: true, noDefaultInfinity: true }),
  fc.integer(),
);

/** Any JSON value, up to four levels deep. */
export const awkwardValue: fc.Arbitrary<unknown> = fc.letrec<{ value: unknown }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 4, withCrossShrink: true },
    fc.constantFrom(null, true, false),
    awkwardNumber,
    awkwardText,
    fc.array(tie('value'), { maxLength: 5 }),
    fc.dictionary(awkwardText, tie('value'), { maxKeys: 5 }),
  ),
})).value;

/** An object with one to three of its fields replaced, removed or added. */
export function disturbed(valid: object): fc.Arbitrary<unknown> {
  const keys = Object.keys(valid);
  const edit = fc.record({
    key: fc.oneof(fc.constantFrom(...keys), awkwardText),
    value: awkwardValue,
    isGone: fc.boolean(),
  });
  return fc.array(edit, { minLength: 1, maxLength: 3 }).map((edits) => {
    const copy = Object.fromEntries(Object.entries(valid));
    for (const { key, value, isGone } of edits) {
      if (isGone) delete copy[key];
      else Object.defineProperty(copy, key, { value, enumerable: true, configurable: true, writable: true });
    }
    return copy;
  });
}

/** A text with pieces cut out, doubled, swapped for others or put in. */
export function garbled(valid: string): fc.Arbitrary<string> {
  const edit = fc.record({
    at: fc.nat({ max: Math.max(0, valid.length - 1) }),
    length: fc.oneof({ weight: 5, arbitrary: fc.nat(3) }, fc.nat(valid.length)),
    what: fc.constantFrom<'cut' | 'double' | 'insert'>('cut', 'double', 'insert'),
    text: awkwardText,
  });
  return fc.array(edit, { minLength: 1, maxLength: 4 }).map((edits) => {
    let text = valid;
    for (const { at, length, what, text: inserted } of edits) {
      const [before, piece, after] = [
        text.slice(0, at),
        text.slice(at, at + length),
        text.slice(at + length),
      ];
      if (what === 'cut') text = before + after;
      else if (what === 'double') text = before + piece + piece + after;
      else text = before + inserted + piece + after;
    }
    return text;
  });
}

/** JSON text that is too deep, too wide, cut off, or of what JSON has no word for. */
export const awkwardJson: fc.Arbitrary<string> = fc.oneof(
  awkwardValue.map((value) => JSON.stringify(value)),
  fc
    .record({ piece: fc.constantFrom('[', '{"a":', '[[{"x":[', '[NaN,', '[1,', '""'), times: fc.nat(3_000) })
    .map(({ piece, times }) => piece.repeat(times)),
  fc.nat(4_000).map((depth) => '['.repeat(depth) + ']'.repeat(depth)),
  fc.constantFrom(
    'NaN',
    'undefined',
    '\ufeff{}',
    '{"a":1,"a":2}',
    '{"__proto__":{"x":1}}',
    '1e99999',
    '"\\ud800"',
  ),
);

import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { OutsideJsonError, parseOutsideJson } from '../../../schema/outside/outside-json.ts';
import { quoted, textFault } from '../../../schema/outside/outside-text.ts';
import { awkwardJson } from '../../support/hostile/fuzz.ts';

const faultOf = (text: string) => {
  try {
    parseOutsideJson(text);
    return undefined;
  } catch (error) {
    if (error instanceof OutsideJsonError) return error.message;
    throw error;
  }
};

describe('textFault', () => {
  it.each<[string, string | undefined]>([
    ['BTCUSD', undefined],
    ['Zürich 東京 😀', undefined],
    ['a\0b', 'must not hold U+0000 (character 2)'],
    ['a\n', 'must not hold U+000A (character 2)'],
    ['\u007f', 'must not hold U+007F (character 1)'],
    ['\u0085', 'must not hold U+0085 (character 1)'],
    ['BTC\u202eUSD', 'must not hold U+202E (character 4)'],
    ['\u2066', 'must not hold U+2066 (character 1)'],
    ['BTC\u200bUSD', 'must not hold U+200B (character 4)'],
    ['\ufeff', 'must not hold U+FEFF (character 1)'],
    ['\u2028', 'must not hold U+2028 (character 1)'],
    ['😀\ud800', 'must not hold U+D800 (character 3)'],
    ['\udc00', 'must not hold U+DC00 (character 1)'],
    ['\uffff', 'must not hold U+FFFF (character 1)'],
  ])('of %j is %s', (text, fault) => {
    expect(textFault(text)).toBe(fault);
  });
});

it('quoted repeats nothing that cannot be printed, and cuts', () => {
  expect(quoted('a\0\u202eb')).toBe('a<U+0000><U+202E>b');
  expect(quoted('x'.repeat(100), 5)).toBe('xxxxx…');
  expect(textFault(quoted('😀'.repeat(40), 5))).toBe(undefined);
});

describe('parseOutsideJson', () => {
  it.each<[string, string]>([
    ['['.repeat(17), 'is nested deeper than 16'],
    ['{"a":'.repeat(1_000_000 / 5), 'is nested deeper than 16'],
    [`[${'0,'.repeat(150_000)}0]`, 'has more than 150000 values'],
    ['{"symbols":["BTCUSD","a\\u0000b"]}', 'symbols[1] must not hold U+0000 (character 2)'],
    ['{"candles":[{"symbol":"\u202e"}]}', 'candles[0].symbol must not hold U+202E (character 1)'],
    ['{"a":{"\\ud800":1}}', 'a.<U+D800> is a name that must not hold U+D800 (character 1)'],
    ['"\\n"', 'must not hold U+000A (character 1)'],
    ['', 'it is empty'],
  ])('refuses %.40s', (text, message) => {
    expect(faultOf(text)).toBe(message);
  });

  it('counts neither brackets nor commas within texts', () => {
    expect(faultOf(JSON.stringify({ text: '[{",\\"['.repeat(1_000) }))).toBe(undefined);
    expect(faultOf(`["${',['.repeat(200_000)}"]`)).toBe(undefined);
  });

  it('gives what JSON.parse gives, or refuses; nothing of what it gives or says is unprintable', () => {
    fc.assert(
      fc.property(awkwardJson, (text) => {
        let value: unknown;
        try {
          value = parseOutsideJson(text);
        } catch (error) {
          expect(error).toBeInstanceOf(OutsideJsonError);
          expect(textFault((error as Error).message)).toBe(undefined);
          return;
        }
        expect(value).toEqual(JSON.parse(text));
        for (const one of JSON.stringify(value).match(/"(?:[^"\\]|\\.)*"/g) ?? [])
          expect(textFault(JSON.parse(one) as string)).toBe(undefined);
      }),
      { numRuns: 2_000 },
    );
  });
});

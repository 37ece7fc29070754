import { array, assert, constantFrom, pre, property, string, tuple } from 'fast-check';
import { describe, expect, it } from 'vitest';
import { secretMask } from '../../../schema/secrets/mask-secrets.ts';
import { Secret } from '../../../schema/secrets/secret.ts';

const percent = (text: string): string =>
  [...Buffer.from(text)].map((byte) => `%${byte.toString(16).padStart(2, '0')}`).join('');
const perCharacter = (form: (code: number) => string) => (text: string) =>
  Array.from(text, (character) => form(character.codePointAt(0)!)).join('');
const hex = (code: number) => code.toString(16).padStart(4, '0');

/** Ways in which a receiver may repeat what it was sent. */
const encodings: Record<string, (text: string) => string> = {
  plain: (text) => text,
  'upper case': (text) => text.toUpperCase(),
  'percent-encoded': encodeURIComponent,
  'every byte percent-encoded': percent,
  'twice percent-encoded': (text) => percent(percent(text)),
  'thrice percent-encoded': (text) => encodeURIComponent(percent(percent(text))),
  'escaped for JSON': (text) => JSON.stringify(text).replaceAll('/', '\\/'),
  'all of it escaped for JSON': perCharacter((code) => `\\u${hex(code)}`),
  'JSON in JSON': (text) => JSON.stringify(JSON.stringify({ text })),
  'escaped for HTML': (text) =>
    text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;').replaceAll('/', '&#x2F;'),
  'decimal entities': perCharacter((code) => `&#${code};`),
  'hexadecimal entities without an end': perCharacter((code) => `&#x${hex(code)}`),
  base64: (text) => Buffer.from(text).toString('base64'),
  'base64 within more': (text) => Buffer.from(`id:${text}; more`).toString('base64'),
  'base64 at another offset': (text) => Buffer.from(`${text}?`).toString('base64url'),
  'a header': (text) => `Basic ${Buffer.from(`user:${text}`).toString('base64')}`,
  'percent-encoded base64': (text) => percent(Buffer.from(text).toString('base64')),
  'base64 of percent': (text) => Buffer.from(percent(text)).toString('base64'),
  hexadecimal: (text) => Buffer.from(text).toString('hex'),
};

const key = 'c4n/ary+7Qx&"key';

describe('secretMask', () => {
  const mask = secretMask([new Secret(key)]);

  it.each(Object.entries(encodings))('finds a secret that is %s', (_, encode) => {
    const masked = mask(`before ${encode(key)} after`);
    expect(masked).toContain('***');
    expect(masked).toMatch(/^before .* after$/);
    for (const decoded of [masked, decodeURIComponent(masked)])
      expect(decoded).not.toMatch(/c4n|7Qx|N0Qx|YzRu/i);
  });

  it('leaves a text alone that holds none', () => {
    assert(
      property(string({ unit: 'binary', maxLength: 200 }), (text) => {
        pre(!text.toLowerCase().includes('c4n'));
        expect(mask(text)).toBe(text);
      }),
    );
  });

  it('masks a secret wherever and however often it stands, in any text', () => {
    assert(
      property(
        array(tuple(string({ maxLength: 20 }), constantFrom(...Object.values(encodings))), {
          minLength: 1,
          maxLength: 5,
        }),
        (parts) => {
          const text = parts.map(([around, encode]) => `${around} ${encode(key)} `).join('');
          expect(mask(text)).not.toMatch(/c4n\/ary|c4n%2fary|YzRuL2Fye/i);
        },
      ),
    );
  });

  it.each([' ', '\n', '\t', '\u0001', '\u2028', '"', '\\', '\\n', '\\u', '\\\\t', 'a\nb\n'])(
    'keeps JSON what it is, and finds the secret in it: after %j',
    (before) => {
      for (const [name, encode] of Object.entries(encodings)) {
        const line = JSON.stringify({ level: 30, msg: `it says${before}${encode(key)}`, n: 1 });
        const masked = mask(line);
        expect(masked, name).toContain('***');
        expect(masked, name).not.toMatch(/c4n|7Qx|N0Qx|YzRuL2Fye|6Yzru/i);
        expect(JSON.parse(masked), name).toMatchObject({ level: 30, n: 1 });
        const nested = JSON.parse(mask(JSON.stringify({ line }))) as { line: string };
        expect(JSON.parse(nested.line), name).toMatchObject({ level: 30, n: 1 });
      }
    },
  );

  it('keeps JSON what it is where a backslash stands before a key that looks encoded', () => {
    const line = JSON.stringify({ msg: 'it says \\k&amp;y-secret' });
    expect(JSON.parse(secretMask([new Secret('k&amp;y-secret')])(line))).toEqual({
      msg: String.raw`it says \***`,
    });
  });

  it('takes no time that grows faster than the text', () => {
    const cost = (length: number) => {
      const text = ['a', '%41', '\\u0041', 'A1', '&#65;', '\\']
        .map((piece) => piece.repeat(length / 6))
        .join('');
      const times = [1, 2, 3].map(() => {
        // Of this thread alone: what others make it wait does not count.
        const begun = process.threadCpuUsage();
        mask(text);
        const { user, system } = process.threadCpuUsage(begun);
        return user + system;
      });
      return Math.min(...times);
    };
    // Eight times the text: what grows with its square takes 64 times as long.
    expect(cost(510_000) / cost(63_750)).toBeLessThan(24);
  });
});

describe('the parts of an address', () => {
  const masked = (address: string, text: string) => secretMask([new Secret(address)])(text);
  const address =
    'https://us3rname:pa55word%21@h.example:8443/hook/c4nary-path/x/?k=c4nary-query&c4nary-name=1#c4nary-fragment';

  it.each([
    'us3rname',
    'pa55word%21',
    'pa55word!',
    'c4nary-path',
    'c4nary-query',
    'c4nary-name',
    'c4nary-fragment',
  ])('are secret: %s', (part) => expect(masked(address, `it says ${part}.`)).toBe('it says ***.'));

  it.each([
    ['ends in a slash', 'https://discord.example/api/webhooks/1/c4nary-token/'],
    ['is all slashes', 'https://discord.example////'],
    ['has parts of a letter', 'https://h.example/a/b/?c=d&e=f'],
    ['has no path', 'https://h.example'],
    ['has the path that all have', 'https://h.example/api/webhooks/'],
  ])('turn no other text into stars: one that %s', (_, one) => {
    const text = '404: no route a/b/c?d=e for /api/webhooks/2, see https://h.example/docs and/or api';
    expect(masked(one, text)).toBe(text);
  });

  it('are found where PostgreSQL’s form has no host, and in a bare path', () => {
    expect(
      masked('postgres://us3rname:c4nary-pw@/c4nary-db?host=/c4nary-sock', 'c4nary-pw c4nary-db c4nary-sock'),
    ).toBe('*** *** ***');
    expect(masked('/in/c4nary-path?k=c4nary-key', 'c4nary-path c4nary-key')).toBe('*** ***');
  });

  it('of a key with a colon are what stands behind it, too', () => {
    expect(masked('123456:c4nary-token', '/bot123456:c4nary-token/x, or c4nary-token')).toBe(
      '/bot***/x, or ***',
    );
  });
});

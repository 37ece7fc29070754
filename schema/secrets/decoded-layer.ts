/** A text, and for each of its characters where it stands in the text that it was decoded from; without, it is that text. */
export interface Layer {
  readonly text: string;
  readonly starts?: readonly number[];
  readonly ends?: readonly number[];
}

export const plainLayer = (text: string): Layer => ({ text });

/** Percent-encoded bytes; HTML's entities; escapes of JSON, JavaScript and shells. */
const encoded =
  /(?:%[\da-f]{2})+|&(?:#x[\da-f]{1,6}|#\d{1,7}|[a-z]{2,6});?|\\u\{[\da-f]{1,6}\}|\\u[\da-f]{4}|\\x[\da-f]{2}|\\[^]/gi;

/** The text with everything that is encoded in it decoded once; undefined where nothing is. */
export function decodedLayer({ text, starts, ends }: Layer): Layer | undefined {
  let at = 0;
  let changed = false;
  let decoded = '';
  const from: number[] = [];
  const to: number[] = [];
  const put = (character: string, first: number, last: number) => {
    decoded += character;
    for (let n = 0; n < character.length; n++) {
      from.push(starts?.[first] ?? first);
      to.push(ends?.[last - 1] ?? last);
    }
  };
  const copy = (until: number) => {
    for (; at < until; at++) put(text[at]!, at, at + 1);
  };
  for (const { index, 0: code } of text.matchAll(encoded)) {
    const plain = plainOf(code);
    if (plain === undefined) continue;
    copy(index);
    if (code.startsWith('%') && plain.length === code.length / 3)
      for (let n = 0; n < plain.length; n++) put(plain[n]!, index + 3 * n, index + 3 * n + 3);
    else put(plain, index, index + code.length);
    at = index + code.length;
    changed = true;
  }
  if (!changed) return undefined;
  copy(text.length);
  return { text: decoded, starts: from, ends: to };
}

const named: Readonly<Record<string, string>> = {
  amp: '&',
  apos: "'",
  colon: ':',
  commat: '@',
  equals: '=',
  gt: '>',
  lowbar: '_',
  lt: '<',
  num: '#',
  percnt: '%',
  period: '.',
  plus: '+',
  quest: '?',
  quot: '"',
  sol: '/',
};

function plainOf(code: string): string | undefined {
  if (code.startsWith('%')) return Buffer.from(code.replaceAll('%', ''), 'hex').toString('utf8');
  if (code.startsWith('&')) {
    const number = /^&#(x?)([\da-f]+)/i.exec(code);
    if (number === null) return named[code.replaceAll(/[&;]/g, '').toLowerCase()];
    return fromPoint(Number.parseInt(number[2]!, number[1] === '' ? 10 : 16));
  }
  const point = /^\\[ux]\{?([\da-f]+)/i.exec(code)?.[1];
  if (point !== undefined) return fromPoint(Number.parseInt(point, 16));
  // An escaped line end or tab is no part of a secret, but a separator.
  return /[nrtbf]/.test(code[1]!) ? ' ' : code[1]!;
}

const fromPoint = (point: number): string | undefined =>
  point <= 0x10ffff ? String.fromCodePoint(point) : undefined;

import { expect, it } from 'vitest';
import { csv } from '../../../http/documents/csv.ts';

it('is a header and rows, each with its end', () => {
  expect(
    csv(
      ['a', 'b'],
      [
        [1, true],
        [null, undefined],
        ['', -2.5],
      ],
    ),
  ).toBe('a,b\r\n1,true\r\n,\r\n,-2.5\r\n');
  expect(csv(['a'], [])).toBe('a\r\n');
});

it.each([
  ['a,b', '"a,b"'],
  ['a"b"', '"a""b"""'],
  ['a\nb', '"a\nb"'],
  ['a\rb', '"a\rb"'],
  ['a b', 'a b'],
  // A spreadsheet would run these.
  ['=1+1', "'=1+1"],
  ['+1', "'+1"],
  ['-1', "'-1"],
  ['@a', "'@a"],
  ['\ta', "'\ta"],
  ['\ra', `"'\ra"`],
  ['=a,"b"', `"'=a,""b"""`],
  ['a=1', 'a=1'],
])('writes the text %j as %j', (text, cell) => {
  expect(csv([], [[text]])).toBe(`\r\n${cell}\r\n`);
});

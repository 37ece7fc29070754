import { expect, it } from 'vitest';
import { remoteIdOf } from '../../../../sinks/posts/channels/remote-id.ts';
import { sendWindow } from '../../../../sinks/posts/channels/send-window.ts';

it('admits as many as it may in a minute, and tells when the next is', () => {
  let now = 1000;
  const { admit } = sendWindow(3, () => now);
  expect([admit(), admit(), admit(), admit()]).toEqual([0, 0, 0, 60_500]);
  now += 500.5;
  expect(admit()).toBe(60_000);
  now = 1000 + 60_499;
  expect(admit()).toBe(1);
  now += 1;
  expect([admit(), admit(), admit(), admit()]).toEqual([0, 0, 0, 60_500]);
});

it('counts each by its own time, whichever way the ring has turned', () => {
  let now = 0;
  const { admit } = sendWindow(2, () => now);
  const at = (time: number) => {
    now = time;
    return admit();
  };
  expect([at(0), at(30_000), at(40_000), at(60_500), at(61_000), at(90_500), at(91_000)]).toEqual([
    0, 0, 20_500, 0, 29_500, 0, 30_000,
  ]);
});

it.each([
  [7, '7'],
  [0, undefined],
  [-1, undefined],
  [1.5, undefined],
  [2 ** 53, undefined],
  ['a-1', 'a-1'],
  ['é#1', 'é#1'],
  ['', undefined],
  ['a b', undefined],
  ['a\n', undefined],
  ['x'.repeat(200), 'x'.repeat(200)],
  ['x'.repeat(201), undefined],
  [null, undefined],
  [{ id: 1 }, undefined],
  [true, undefined],
])('takes %j for the id %s', (value, id) => {
  expect(remoteIdOf(value)).toBe(id);
});

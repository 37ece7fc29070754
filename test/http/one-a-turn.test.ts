import { setImmediate as nextTurn } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { oneATurn } from '../../http/one-a-turn.ts';

it('lets those that wait go on one in each turn of the event loop, in their order', async () => {
  const turn = oneATurn();
  const gone: string[] = [];
  for (const name of ['a', 'b', 'c']) void turn().then(() => gone.push(name));
  const seen: string[] = [];
  for (let turns = 0; turns < 4; turns++) {
    seen.push(gone.join(''));
    await nextTurn();
  }
  expect(seen).toEqual(['', 'a', 'ab', 'abc']);
  // Nor is one let go at once that comes when nobody waits.
  void turn().then(() => gone.push('d'));
  await Promise.resolve();
  expect(gone.join('')).toBe('abc');
  await nextTurn();
  expect(gone.join('')).toBe('abcd');
});

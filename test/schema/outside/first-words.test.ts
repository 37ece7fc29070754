import { expect, it } from 'vitest';
import { firstWords } from '../../../schema/outside/first-words.ts';

it('cuts between words, so that no half of a secret is left', () => {
  expect(firstWords('the key is secret-of-nine', 18)).toBe('the key is …');
  expect(firstWords('secret-without-a-space', 10)).toBe('…');
  expect(firstWords('short', 10)).toBe('short');
});

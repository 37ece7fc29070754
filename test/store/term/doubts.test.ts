import { expect, it } from 'vitest';
import type { Log } from '../../../store/log.ts';
import { createDoubts } from '../../../store/term/doubts.ts';

it('createDoubts tells once that nobody confirms, and once that somebody does again', () => {
  const said: string[] = [];
  const log = { warn: () => said.push('doubt'), info: () => said.push('well') } as unknown as Log;
  const doubts = createDoubts(log);
  doubts.settle();
  for (const _ of [1, 2]) doubts.raise(new Error('away'));
  expect(said).toEqual(['doubt']);
  for (const _ of [1, 2]) doubts.settle();
  expect(said).toEqual(['doubt', 'well']);
  doubts.raise(new Error('away'));
  expect(said).toEqual(['doubt', 'well', 'doubt']);
});

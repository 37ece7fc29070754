import { expect, it } from 'vitest';
import { feedStates } from '../../../app/roles/feed-states.ts';
import type { FeedFrame } from '../../../schema/wire.ts';

const frame = (state: FeedFrame['state'], since: number): FeedFrame => ({ type: 'feed', state, since });

it('tells each state once, no older one of a snapshot after one of the bus, and that of a feed nobody tells of', () => {
  const said: string[] = [];
  let now = 0;
  const states = feedStates(
    ({ state, since }) => said.push(`${state} ${since}`),
    () => now,
    { since: () => 99, reason: () => 'no ingest answers' },
  );
  states.read(frame('live', 1));
  states.read(frame('live', 1));
  states.hear(frame('connecting', 2));
  states.hear(frame('live', 3));
  // Taken before the bus spoke.
  states.read(frame('connecting', 2));
  now = 2000;
  states.read(frame('connecting', 2));
  expect(said).toEqual(['live 1', 'connecting 2', 'live 3']);
  // A snapshot that says so still has the last word: the bus may have lost some.
  now = 2600;
  states.read(frame('connecting', 4));
  states.hear(frame('live', 5));
  states.read(undefined);
  expect(said.slice(3)).toEqual(['connecting 4', 'live 5', 'disconnected 99']);
});

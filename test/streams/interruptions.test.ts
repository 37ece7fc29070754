import { Subject } from 'rxjs';
import { describe, expect, it } from 'vitest';
import type { FeedState } from '../../schema/market-event.ts';
import type { FeedEvent } from '../../streams/feed-event.ts';
import { type Interruption, interruptions } from '../../streams/interruptions.ts';
import { operatorContract } from '../operator-contract.ts';

function heard(byEventTime: boolean) {
  const feed$ = new Subject<FeedEvent>();
  const said: Pick<Interruption, 'from' | 'to'>[] = [];
  feed$.pipe(interruptions({ byEventTime })).subscribe(({ from, to }) => said.push({ from, to }));
  return {
    said,
    state: (state: FeedState, at: number) => feed$.next({ kind: 'state', state, at }),
    tick: (eventTime: number, receivedTime: number) =>
      feed$.next({ kind: 'tick', tick: { symbol: 'BTCUSD', price: 1, eventTime, receivedTime } }),
  };
}

describe('interruptions', () => {
  it('reach from the last tick that was received to the moment the feed is live again', () => {
    const { said, state, tick } = heard(false);
    state('live', 100);
    tick(90, 110);
    state('disconnected', 130);
    state('connecting', 140);
    state('live', 170);
    expect(said).toEqual([
      { from: 110, to: Infinity },
      { from: 110, to: 170 },
    ]);
  });

  it('reach, by event time, from the last tick before to past the first one after', () => {
    const { said, state, tick } = heard(true);
    state('connecting', 9_000);
    state('live', 9_100);
    tick(90, 9_200);
    tick(95, 9_201);
    state('disconnected', 9_300);
    state('live', 9_400);
    tick(140, 9_500);
    tick(150, 9_501);
    expect(said).toEqual([
      { from: 0, to: Infinity },
      { from: 0, to: 91 },
      { from: 95, to: Infinity },
      { from: 95, to: 141 },
    ]);
  });

  it('are one, however often the feed fails before it is back', () => {
    const { said, state, tick } = heard(false);
    state('live', 100);
    tick(90, 110);
    for (const at of [200, 300, 400]) state('disconnected', at);
    state('live', 500);
    expect(said).toEqual([
      { from: 110, to: Infinity },
      { from: 110, to: 500 },
    ]);
  });

  it('begin with a silence too, and never with a closed market on a live socket', () => {
    const { said, state, tick } = heard(false);
    state('live', 100);
    tick(90, 110);
    state('closed_market', 60_000);
    state('live', 70_000);
    expect(said).toEqual([]);
    tick(80_000, 80_010);
    state('silent', 140_010);
    expect(said).toEqual([{ from: 80_010, to: Infinity }]);
  });
});

const story: FeedEvent[] = (['connecting', 'live', 'disconnected', 'live'] as const).flatMap((state, i) => [
  { kind: 'state', state, at: i * 100 },
  {
    kind: 'tick',
    tick: { symbol: 'BTCUSD', price: 1, eventTime: i * 100 + 10, receivedTime: i * 100 + 20 },
  },
]);
for (const byEventTime of [false, true]) {
  operatorContract(`interruptions, by event time ${byEventTime},`, {
    make: () => interruptions({ byEventTime }),
    inputs: story,
  });
}

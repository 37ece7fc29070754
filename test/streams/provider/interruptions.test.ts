import { Subject } from 'rxjs';
import { describe, expect, it } from 'vitest';
import type { FeedState } from '../../../schema/market-event.ts';
import type { FeedEvent } from '../../../streams/provider/feed-event.ts';
import { interruptionsByEventTime } from '../../../streams/provider/interruptions-by-event-time.ts';
import { type Interruption, interruptions } from '../../../streams/provider/interruptions.ts';
import { operatorContract } from '../../operator-contract.ts';

function heard(byEventTime = false) {
  const feed$ = new Subject<FeedEvent>();
  const stalls$ = new Subject<Interruption>();
  const said: Pick<Interruption, 'from' | 'to'>[] = [];
  const source$ = new Subject<FeedEvent | Interruption>();
  feed$.subscribe(source$);
  stalls$.subscribe(source$);
  const said$ = byEventTime ? feed$.pipe(interruptionsByEventTime()) : source$.pipe(interruptions());
  said$.subscribe(({ from, to }) => said.push({ from, to }));
  return {
    said,
    state: (state: FeedState, at: number) => feed$.next({ kind: 'state', state, at }),
    tick: (eventTime: number, receivedTime: number, symbol = 'BTCUSD') =>
      feed$.next({ kind: 'tick', tick: { symbol, price: 1, eventTime, receivedTime } }),
    stall: (from: number, to: number) => stalls$.next({ kind: 'interruption', from, to, reason: 'a stall' }),
  };
}

describe('interruptions', () => {
  it('reach from the last tick that was received to the moment the feed is live again', () => {
    const { said, state, tick } = heard();
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

  it('are one, however often the feed fails before it is live again', () => {
    const { said, state, tick } = heard();
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
    const { said, state, tick } = heard();
    state('live', 100);
    tick(90, 110);
    state('closed_market', 60_000);
    state('live', 70_000);
    expect(said).toEqual([]);
    tick(80_000, 80_010);
    state('silent', 140_010);
    expect(said).toEqual([{ from: 80_010, to: Infinity }]);
  });

  it('include stalls on a live feed, and are not ended by one during an outage', () => {
    const { said, state, tick, stall } = heard();
    state('live', 100);
    tick(90, 110);
    stall(120, 190);
    tick(290, 300);
    state('disconnected', 400);
    stall(410, 490);
    stall(250, 600);
    state('live', 700);
    expect(said).toEqual([
      { from: 120, to: 190 },
      { from: 300, to: Infinity },
      { from: 250, to: Infinity },
      { from: 250, to: 700 },
    ]);
  });
});

describe('interruptionsByEventTime', () => {
  it('reach from the newest tick before to just after the first one that is surely live', () => {
    const { said, state, tick } = heard(true);
    state('connecting', 9_000);
    state('live', 9_100);
    tick(90, 9_200);
    tick(95, 9_201);
    tick(94, 9_202);
    state('disconnected', 9_300);
    state('live', 9_400);
    tick(140, 9_500);
    tick(150, 9_501);
    tick(160, 9_502);
    expect(said).toEqual([
      { from: 90, to: Infinity },
      { from: 90, to: 96 },
      { from: 95, to: Infinity },
      { from: 95, to: 151 },
    ]);
  });

  it('are not ended by the old last prices that a new subscription emits', () => {
    const { said, state, tick } = heard(true);
    state('live', 0);
    tick(100, 0, 'BTCUSD');
    tick(101, 0, 'BTCUSD');
    state('disconnected', 0);
    state('live', 0);
    tick(40, 0, 'EURUSD');
    tick(60, 0, 'BTCUSD');
    tick(41, 0, 'EURUSD');
    tick(900, 0, 'ETHUSD');
    expect(said.slice(2)).toEqual([{ from: 101, to: Infinity }]);
    tick(890, 0, 'BTCUSD');
    expect(said.slice(3)).toEqual([{ from: 101, to: 901 }]);
  });
});

const tickAt = (time: number): FeedEvent => ({
  kind: 'tick',
  tick: { symbol: 'BTCUSD', price: 1, eventTime: time, receivedTime: time },
});
const story: FeedEvent[] = (['connecting', 'live', 'disconnected', 'live'] as const).flatMap((state, i) => [
  { kind: 'state', state, at: i * 100 },
  tickAt(i * 100 + 10),
  tickAt(i * 100 + 20),
]);
operatorContract('interruptions', { make: interruptions, inputs: story });
operatorContract('interruptionsByEventTime', { make: interruptionsByEventTime, inputs: story });

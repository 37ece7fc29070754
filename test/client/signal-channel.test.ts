import { describe, expect, it } from 'vitest';
import { signalChannel } from '../../client/signal-channel.ts';
import type { SignalFrame, Since, SubscribedFrame } from '../../schema/wire.ts';
import { signal } from '../http/harness.ts';

const change = (offset: number, symbol: string): SignalFrame => ({
  type: 'signal_update',
  symbol,
  timeframe: '1h',
  signal: signal({ symbol, id: `id${offset}` }),
  signal_changed: true,
  timestamp: offset,
  epoch: 'e1',
  offset,
});
const subscribed = (offset: number, recovered = false, epoch = 'e1'): SubscribedFrame => ({
  type: 'subscribed',
  symbols: [],
  status: 'success',
  epoch,
  offset,
  recovered,
});

function open() {
  const sent: { action: string; symbols?: string[]; since?: Since }[] = [];
  const channel = signalChannel((message) => void sent.push(message as (typeof sent)[number]));
  const got: number[] = [];
  /** Subscribe frames of a reconnect. */
  const asked = () => {
    sent.length = 0;
    channel.opened();
    return sent
      .filter((message) => message.action === 'subscribe')
      .map(({ symbols, since }) => [symbols?.join(' '), since?.offset]);
  };
  const want = (...symbols: string[]) =>
    channel.subscribe({ symbols }, (frame) => void got.push(frame.offset));
  return { channel, sent, got, asked, want };
}

describe('signalChannel', () => {
  it("resumes from the log's position, however quiet its symbols were", () => {
    const { channel, asked, want } = open();
    want('BTCUSD', 'XAUUSD');
    channel.subscribed(subscribed(5));
    channel.pong();
    for (let offset = 6; offset <= 2_000; offset++) channel.take(change(offset, 'BTCUSD'));
    expect(asked()).toEqual([['BTCUSD XAUUSD', 2_000]]);
    expect(channel.cursor()).toEqual({ epoch: 'e1', offset: 2_000 });
  });

  it('resumes from the earliest position of its symbols after a replay broke off', () => {
    const { channel, asked, want, got } = open();
    want('BTCUSD', 'XAUUSD');
    channel.subscribed(subscribed(5));
    channel.pong();
    expect(asked()).toEqual([['BTCUSD XAUUSD', 5]]);
    channel.subscribed(subscribed(20, true));
    channel.take(change(6, 'BTCUSD'));
    channel.take(change(9, 'BTCUSD'));
    expect(asked()).toEqual([['BTCUSD XAUUSD', 5]]);
    channel.subscribed(subscribed(21, true));
    for (const [offset, symbol] of [
      [6, 'BTCUSD'],
      [7, 'XAUUSD'],
      [9, 'BTCUSD'],
      [21, 'XAUUSD'],
    ] as const) {
      channel.take(change(offset, symbol));
    }
    channel.pong();
    expect(got).toEqual([6, 9, 7, 21]);
    expect(asked()).toEqual([['BTCUSD XAUUSD', 21]]);
  });

  it('is not confused by pongs of the keepalive', () => {
    const { channel, asked, want } = open();
    channel.pinged();
    want('BTCUSD');
    want('XAUUSD');
    channel.pong();
    channel.subscribed(subscribed(5));
    channel.pong();
    expect(asked()).toEqual([
      ['BTCUSD', 5],
      ['XAUUSD', undefined],
    ]);
  });

  it("starts over where the server's log does not reach back, or is another", () => {
    const { channel, asked, want } = open();
    want('BTCUSD');
    channel.subscribed(subscribed(900));
    channel.pong();
    expect(asked()).toEqual([['BTCUSD', 900]]);
    channel.subscribed(subscribed(3, false));
    channel.pong();
    expect(asked()).toEqual([['BTCUSD', 3]]);
    channel.subscribed(subscribed(1, false, 'e2'));
    channel.pong();
    expect(channel.cursor()).toEqual({ epoch: 'e2', offset: 1 });
  });
});

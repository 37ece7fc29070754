import { describe, expect, it } from 'vitest';
import { createPostedCloses, UndecidedError } from '../../../app/ingest/posted-closes.ts';
import type { SignalEvent } from '../../../schema/signal-event.ts';
import { createFeedClock } from '../../../streams/provider/feed-clock.ts';
import { closeOf, decisionOf } from '../../operators/signals/signal-samples.ts';
import { aSignal, opened } from '../../support/signals.ts';

const time = 3_600_000;
const decided = (closeTime = time, source = 'posted'): SignalEvent => ({
  kind: 'decided',
  decision: { ...decisionOf('BUY', closeTime), lineage: { source } },
  changed: false,
  timely: true,
});
const repeated = (symbol = 'BTCUSD', stale = false): SignalEvent => ({
  kind: 'repeated',
  symbol,
  timeframe: '1min',
  close_time: time,
  source: 'posted',
  stale,
  last: decisionOf('SELL', time + 60_000),
});
const taken = () => Promise.resolve();

describe('createPostedCloses', () => {
  const start = () => {
    const { clock, advance } = createFeedClock(0);
    return { advance, posted: createPostedCloses({ clock, withinMs: 1_000 }) };
  };

  it('answers a request with what its own close came to', async () => {
    const { posted } = start();
    const signal = { ...aSignal(), timeframe: '1min' as const, close_time: time };
    const mine = posted.decided(closeOf('BUY', time), taken);
    posted.committed([decided(time + 60_000)]);
    posted.committed([opened(signal), decided()]);
    expect(await mine).toMatchObject({ changed: true, repeated: false, signalId: signal.id });
    expect(posted.size).toBe(0);
  });

  it('says so where the close was known', async () => {
    const { posted } = start();
    const mine = posted.decided(closeOf('BUY', time), taken);
    posted.committed([repeated()]);
    expect(await mine).toMatchObject({ changed: false, repeated: true, stale: false, signalId: null });
  });

  it('says what was decided last where a later close was', async () => {
    const { posted } = start();
    const mine = posted.decided(closeOf('BUY', time), taken);
    posted.committed([repeated('BTCUSD', true)]);
    expect(await mine).toMatchObject({
      changed: false,
      repeated: false,
      stale: true,
      decision: { signal_type: 'SELL', close_time: time + 60_000 },
    });
  });

  it('does not take for its own what the live feed, or another timeframe, came to at the same instant', async () => {
    const { posted } = start();
    const mine = posted.decided(closeOf('BUY', time), taken);
    const hourly = { ...aSignal(), timeframe: '1h' as const };
    posted.committed([decided(time, 'live'), opened(hourly)]);
    expect(posted.size).toBe(1);
    posted.committed([opened(hourly), decided()]);
    expect(await mine).toMatchObject({ changed: false, signalId: null });
  });

  it('answers everybody who sent the same close', async () => {
    const { posted } = start();
    const both = Promise.all([1, 2].map(() => posted.decided(closeOf('BUY', time), taken)));
    posted.committed([decided()]);
    expect(await both).toHaveLength(2);
  });

  it('fails with what the store said', async () => {
    const { posted } = start();
    const mine = posted.decided(closeOf('BUY', time), taken);
    posted.failed([decided()], new Error('refused'));
    await expect(mine).rejects.toThrow('refused');
  });

  it('fails at once where the symbol cannot be told, and keeps nothing of it', async () => {
    const { posted } = start();
    const mine = posted.decided(closeOf('BUY', time), () => Promise.reject(new Error('stands still')));
    await expect(mine).rejects.toThrow('stands still');
    expect(posted.size).toBe(0);
  });

  it('gives up what a symbol had in hand when it fails, and nothing of others', async () => {
    const { posted } = start();
    const mine = posted.decided(closeOf('BUY', time), taken).catch((error: unknown) => error);
    const other = posted.decided({ ...closeOf('BUY', time), symbol: 'BTCUSDT' }, taken);
    posted.abandon('BTCUSD', 'failed');
    expect(await mine).toBe('failed');
    expect(posted.size).toBe(1);
    posted.failed([repeated('BTCUSDT')], 'over');
    await expect(other).rejects.toBe('over');
  });

  it('waits for no decision longer than it may, and keeps nothing of it', async () => {
    const { posted, advance } = start();
    const mine = posted.decided(closeOf('BUY', time), taken);
    const failure = mine.catch((error: unknown) => error);
    advance(999);
    expect(posted.size).toBe(1);
    advance(1_001);
    expect(await failure).toBeInstanceOf(UndecidedError);
    expect(posted.size).toBe(0);
  });
});

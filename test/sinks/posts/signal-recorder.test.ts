import { createAchieved } from '../../../app/achieved.ts';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Analysis } from '../../../app/ingest/analysis.ts';
import type { Context } from '../../../app/context.ts';
import { createMetrics } from '../../../app/metrics.ts';
import { createSignalRecorder } from '../../../app/ingest/signal-recorder.ts';
import { parseConfig } from '../../../config.ts';
import type { SignalEvent } from '../../../schema/signal-event.ts';
import type { Signal } from '../../../schema/signal.ts';
import { storeWriter, type StoreWriter } from '../../../sinks/writer/store-writer.ts';
import type { Store } from '../../../store/open-store.ts';
import { quiet, temporaryStore } from '../../support/services/database.ts';
import { aSignal, opened, resolved } from '../../support/signals.ts';

describe('createSignalRecorder', () => {
  let store: Store;
  let writer: StoreWriter;
  let dispose: () => Promise<void>;
  beforeAll(async () => {
    ({ store, dispose } = await temporaryStore());
    writer = storeWriter({ store, log: quiet });
  });
  afterAll(async () => {
    await writer.close();
    await dispose();
  });

  /** Records events as the server does; answers what was queued. */
  const record = async (environment: Record<string, string>, ...events: SignalEvent[]): Promise<Signal[]> => {
    const queued: Signal[] = [];
    const recorder = createSignalRecorder(
      {
        config: parseConfig(environment),
        log: quiet,
        metrics: createMetrics(),
        achieved: createAchieved(),
      } as unknown as Context,
      writer,
      {
        openSignals: new Map(),
        isOpen: () => false,
        states: { decided: () => {} },
      } as unknown as Analysis,
      { committed: () => {}, decided: () => {}, judged: () => {} },
      {
        channels: ['community', 'telegram'],
        endChannels: ['telegram'],
        enqueue: async (signals) => void queued.push(...signals),
      },
      {
        committed: () => {},
        failed: (_events: unknown, error: unknown) => expect(error).toBeUndefined(),
      } as never,
    );
    await recorder(events);
    return queued;
  };
  const placesOf = async ({ id }: Signal) =>
    (await store.signals.get(id))?.deliveries.map(({ channel }) => channel);
  const settings = { SYMBOLS: 'BTC/USD,ETH/USD', VISITORS_MAY_ADD: 'signals' };

  it('posts signals of the configured symbols, and of candles that were posted, to every channel', async () => {
    const own = aSignal({ symbol: 'BTCUSD' });
    const posted = aSignal({ symbol: 'SOLUSD', lineage: { source: 'posted' } });
    await record(settings, opened(own), opened(posted));
    expect(await placesOf(own)).toEqual(['community', 'telegram']);
    expect(await placesOf(posted)).toEqual(['community', 'telegram']);
  });

  it('posts nothing of a symbol that a visitor added, neither its signal nor its end', async () => {
    const visitors = aSignal({ symbol: 'SOLUSD', timeframe: '4h', lineage: { source: 'live' } });
    await record(settings, opened(visitors));
    expect(await store.signals.get(visitors.id)).toMatchObject({ status: 'open', deliveries: [] });
    expect(await record(settings, resolved(visitors))).toEqual([]);
    expect(await store.signals.get(visitors.id)).toMatchObject({ status: 'tp', deliveries: [] });
    expect(await store.signals.get(visitors.id)).not.toHaveProperty('end_deliveries');
  });

  it('queues an end before the signal that reversed it, on the channels that take ends', async () => {
    const first = aSignal({ symbol: 'ETHUSD' });
    await record(settings, opened(first));
    for (const channel of ['community', 'telegram']) await deliver(first.id, channel);
    const second = aSignal({ symbol: 'ETHUSD', signal_type: 'SELL' });
    const queued = await record(settings, resolved(first, { status: 'reversed' }), opened(second));
    expect(queued.map(({ id }) => id)).toEqual([first.id, second.id]);
    expect(queued[0]?.end_deliveries?.map(({ channel }) => channel)).toEqual(['telegram']);
  });

  /** As the worker does it. */
  const deliver = async (id: string, channel: string) => {
    const now = Date.now();
    const claim = await store.outbox.claim({
      id,
      channel,
      token: 'a',
      timeOfDay: () => now,
      now,
      leaseMs: 1000,
      pace: { perMinute: 6000 },
      idempotent: false,
    });
    expect(claim.kind).toBe('claimed');
    await store.outbox.settle(id, channel, 'a', { state: 'delivered', answer: '200', remoteId: null }, now);
  };
});

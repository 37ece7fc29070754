import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Delivery, Signal } from '../../../schema/signal.ts';
import type { Store } from '../../../store/open-store.ts';
import { temporaryStore } from '../../support/services/database.ts';
import { pipeline, type Pipeline } from '../../support/pipeline.ts';
import { platform, status, store as takes, type Platform } from '../../support/services/platform.ts';
import { aSignal, opened, resolved } from '../../support/signals.ts';
import { until } from '../../support/until.ts';

const openings = '/api/signals/external';
const ends = '/ended';

describe('the end of a signal', () => {
  let store: Store;
  let dispose: () => Promise<void>;
  let target: Platform;
  let open: Pipeline[];
  let count = 0;
  const start = (options: Partial<Parameters<typeof pipeline>[0]> = {}) => {
    const made = pipeline({ store, url: target.url, ...options });
    open.push(made);
    return made;
  };
  /** A signal of a symbol of its own: other tests' posts are not in its way. */
  const one = (over: Partial<Signal> = {}) => aSignal({ symbol: `ENDS${++count}`, ...over });
  const reaches = (id: string, kind: 'deliveries' | 'end_deliveries', state: string) =>
    until(async () => {
      const row: Delivery | undefined = (await store.signals.get(id))?.[kind]?.[0];
      return row?.state === state ? row : undefined;
    });
  const pathsOf = ({ id }: Signal) => target.received.filter((one) => one.id === id).map(({ path }) => path);
  /** What is not to come has had its time when another post, queued after it, has been delivered. */
  const afterAnother = async ({ issue, record }: Pipeline) => {
    const other = one();
    await issue(other);
    await reaches(other.id, 'deliveries', 'delivered');
    await record(resolved(other));
    await reaches(other.id, 'end_deliveries', 'delivered');
  };

  beforeAll(async () => {
    ({ store, dispose } = await temporaryStore());
  });
  afterAll(() => dispose());
  beforeEach(async () => {
    open = [];
    target = await platform();
  });
  afterEach(async () => {
    await Promise.all(open.map((made) => made.close()));
    await target.close();
  });

  it('is posted once, after its opening, under an id of its own', async () => {
    const made = start();
    const signal = one();
    await made.issue(signal);
    await reaches(signal.id, 'deliveries', 'delivered');
    await made.record(resolved(signal));
    await made.record(resolved(signal, { status: 'sl' }));
    expect(await reaches(signal.id, 'end_deliveries', 'delivered')).toMatchObject({ attempts: 1 });
    await afterAnother(made);
    expect(pathsOf(signal)).toEqual([openings, ends]);
    const [first, second] = target.received;
    expect(first?.headers['idempotency-key']).toBe(signal.id);
    expect(second?.headers['idempotency-key']).toBe(`${signal.id}-end`);
    expect(second?.body).toMatchObject({ status: 'tp', exit_price: 110, r: 1.98 });
    const { deliveries } = (await store.signals.get(signal.id))!;
    expect(deliveries).toMatchObject([{ channel: 'community', state: 'delivered' }]);
    const job = await until(() => made.queue.queue.getJob(`${signal.id}-end-community`));
    await until(async () => (await job.getState()) === 'completed');
    expect(job.name).toBe(`end of BUY ${signal.symbol} 1h`);
  });

  it.each(['sl', 'reversed', 'expired', 'void'])('is posted for every status: %s', async (how) => {
    const made = start();
    const signal = one();
    await made.issue(signal);
    await reaches(signal.id, 'deliveries', 'delivered');
    await made.record(resolved(signal, { status: how as 'sl' }));
    await reaches(signal.id, 'end_deliveries', 'delivered');
    expect(target.received.at(-1)?.body).toMatchObject({ signal_id: signal.id, status: how });
  });

  it('comes behind an opening that is still in flight', async () => {
    const held = one();
    let release = () => {};
    target.answer = (response, received, socket) => {
      const answer = () => takes(response, received, socket);
      if (received.id === held.id && received.path === openings) release = answer;
      else answer();
    };
    const made = start({ channel: { timeoutMs: 20_000 } });
    await made.issue(held);
    await until(() => target.received.length > 0);
    await made.record(resolved(held));
    await afterAnother(made);
    expect(pathsOf(held)).toEqual([openings]);
    release();
    await reaches(held.id, 'end_deliveries', 'delivered');
    expect(pathsOf(held)).toEqual([openings, ends]);
  });

  it('is not posted where its opening was refused', async () => {
    target.answer = (response, received, socket) =>
      (received.path === openings && received.id === refused.id ? status(422) : takes)(
        response,
        received,
        socket,
      );
    const made = start();
    const refused = one();
    await made.issue(refused);
    await reaches(refused.id, 'deliveries', 'failed');
    await made.record(resolved(refused));
    await afterAnother(made);
    expect(pathsOf(refused)).toEqual([openings]);
    expect(await store.signals.get(refused.id)).not.toHaveProperty('end_deliveries');
  });

  it('is not posted where its opening was never sent, which it ends unsent', async () => {
    const made = start({ delivery: { livePrice: () => 200 } });
    const late = one();
    await made.issue(late);
    await reaches(late.id, 'deliveries', 'superseded');
    await made.record(resolved(late));
    const unsent = one();
    // Both in one cause: it was over before it could be sent.
    await made.record(opened(unsent), resolved(unsent));
    await reaches(unsent.id, 'deliveries', 'superseded');
    for (const signal of [late, unsent]) {
      expect(pathsOf(signal)).toEqual([]);
      expect(await store.signals.get(signal.id)).not.toHaveProperty('end_deliveries');
    }
  });

  it('waits where its opening may have been accepted, and is sent when the operator confirms it', async () => {
    target.answer = (_response, _received, socket) => socket.destroy();
    const made = start({ sweepEveryMs: 50 });
    const signal = one();
    await made.issue(signal);
    await reaches(signal.id, 'deliveries', 'parked');
    target.answer = takes;
    await made.record(resolved(signal));
    const held = await reaches(signal.id, 'end_deliveries', 'parked');
    expect(held).toMatchObject({ attempts: 0 });
    expect(held.last_answer).toMatch(/mark that as delivered and this is sent/);
    // It holds nobody up meanwhile.
    const next = one({ symbol: signal.symbol });
    await made.issue(next);
    await reaches(next.id, 'deliveries', 'delivered');
    expect(pathsOf(signal)).toEqual([openings]);
    expect(await store.outbox.confirm(signal.id, 'community', Date.now())).toBeUndefined();
    await reaches(signal.id, 'end_deliveries', 'delivered');
    expect(pathsOf(signal)).toEqual([openings, ends]);
  });

  it.each([
    { idempotent: false, state: 'parked', times: 1 },
    { idempotent: true, state: 'delivered', times: 2 },
  ])('of an uncertain fate is repeated only where that is safe: %o', async ({ idempotent, state, times }) => {
    let cut = 0;
    target.answer = (response, received, socket) => {
      if (received.path === ends && cut++ === 0) socket.destroy();
      else takes(response, received, socket);
    };
    const made = start({ channel: { idempotent } });
    const signal = one();
    await made.issue(signal);
    await reaches(signal.id, 'deliveries', 'delivered');
    await made.record(resolved(signal));
    await reaches(signal.id, 'end_deliveries', state);
    const told = target.received.filter(({ path, id }) => path === ends && id === signal.id);
    expect(told.map(({ headers }) => headers['idempotency-key'])).toEqual(
      Array.from({ length: times }, () => `${signal.id}-end`),
    );
  });

  it('is sent before the signal that reversed it, and delays none where it fails', async () => {
    const made = start();
    const first = one();
    await made.issue(first);
    await reaches(first.id, 'deliveries', 'delivered');
    const second = one({ symbol: first.symbol, signal_type: 'SELL', signal: 'SELL', tp: 90, sl: 105 });
    await made.record(resolved(first, { status: 'reversed' }), opened(second));
    await reaches(second.id, 'deliveries', 'delivered');
    expect(target.received.map(({ path, id }) => [path, id])).toEqual([
      [openings, first.id],
      [ends, first.id],
      [openings, second.id],
    ]);

    target.answer = (...parameters) => (parameters[1].path === ends ? status(503) : takes)(...parameters);
    const third = one({ symbol: first.symbol });
    await made.record(resolved(second, { status: 'reversed' }), opened(third));
    await reaches(third.id, 'deliveries', 'delivered');
    const fourth = one({ symbol: first.symbol });
    await made.record(resolved(third), opened(fourth));
    await reaches(fourth.id, 'deliveries', 'delivered');
    target.answer = takes;
    await Promise.all([second, third].map(({ id }) => reaches(id, 'end_deliveries', 'delivered')));
  });

  it('is posted by the sweep where its job was lost', async () => {
    const made = start({ sweepEveryMs: 50 });
    const signal = one();
    await made.issue(signal);
    await reaches(signal.id, 'deliveries', 'delivered');
    await store.record([resolved(signal)], [], ['community']);
    await reaches(signal.id, 'end_deliveries', 'delivered');
    expect(pathsOf(signal)).toEqual([openings, ends]);
  });

  it('is not posted where ends are switched off, before or after it was written', async () => {
    const off = start({ endPath: undefined });
    const signal = one();
    await off.issue(signal);
    await reaches(signal.id, 'deliveries', 'delivered');
    await off.record(resolved(signal));
    expect(await store.signals.get(signal.id)).not.toHaveProperty('end_deliveries');
    const other = one();
    await off.issue(other);
    await reaches(other.id, 'deliveries', 'delivered');
    const { ended } = await store.record([resolved(other)], [], ['community']);
    await off.queue.enqueue(ended);
    await reaches(other.id, 'end_deliveries', 'superseded');
    expect(target.received.every(({ path }) => path === openings)).toBe(true);
  });

  it('is not posted a day later', async () => {
    const made = start({ delivery: { now: () => Date.now() + 25 * 3600_000 } });
    const signal = one({ expires_at: Date.now() + 100 * 3600_000 });
    await made.issue(signal);
    await reaches(signal.id, 'deliveries', 'delivered');
    await made.record(resolved(signal));
    await reaches(signal.id, 'end_deliveries', 'expired');
    expect(pathsOf(signal)).toEqual([openings]);
  });

  it('that failed can be sent again by hand, though the signal is over', async () => {
    target.answer = (...parameters) => (parameters[1].path === ends ? status(422) : takes)(...parameters);
    const made = start({ sweepEveryMs: 50 });
    const signal = one();
    await made.issue(signal);
    await reaches(signal.id, 'deliveries', 'delivered');
    await made.record(resolved(signal));
    await reaches(signal.id, 'end_deliveries', 'failed');
    target.answer = takes;
    const by = { now: Date.now(), looked: false };
    expect(await store.outbox.requeue(`${signal.id}-end`, 'community', by)).toBeUndefined();
    await reaches(signal.id, 'end_deliveries', 'delivered');
    expect(await store.outbox.requeue(signal.id, 'community', by)).toMatch(/delivered/);
  });
});

import { beforeEach, describe, expect, it } from 'vitest';
import { type Pipeline } from '../../support/pipeline.ts';
import { type Platform, says, status, store as takes } from '../../support/services/platform.ts';
import { aSignal, opened } from '../../support/signals.ts';
import { until } from '../../support/until.ts';
import { useDelivery } from '../../support/use-delivery.ts';

type Answer = Platform['answer'];
/** Takes the post, and the answer is lost. */
const takesSilently: Answer = (_response, { id }, socket) => {
  accepted.push(id);
  socket.destroy();
};
const losesIt: Answer = (_response, _received, socket) => socket.destroy();
const takesWell: Answer = (response, received, socket) => {
  accepted.push(received.id);
  takes(response, received, socket);
};
let accepted: string[] = [];

describe('a post in doubt, where the platform can be asked', () => {
  const posts = useDelivery(() => ({ lookupPath: '/lookup' }));
  beforeEach(() => {
    accepted = [];
    posts.target.lookup = (response, id) =>
      accepted.includes(id)
        ? says(response, 200, { signal_id: `p-${id}`, idempotency_key: id })
        : says(response, 404, { detail: 'Not Found' });
  });
  const rowOf = async (id: string) => (await posts.store.signals.get(id))?.deliveries[0];
  const ended = (id: string, state: string, ms = 30_000) =>
    until(async () => {
      const row = await rowOf(id);
      return row?.state === state && row;
    }, ms);
  const timesAccepted = (id: string) => accepted.filter((one) => one === id).length;
  /** The lookup is believed once it knows something. */
  const somethingDelivered = async (line: Pipeline) => {
    posts.target.answer = takesWell;
    const signal = aSignal();
    await line.issue(signal);
    await ended(signal.id, 'delivered');
  };

  it('that arrived is delivered, with the platform’s id, and never sent again', async () => {
    const line = posts.start();
    posts.target.answer = takesSilently;
    const signal = aSignal();
    await line.issue(signal);
    expect(await ended(signal.id, 'delivered')).toMatchObject({ attempts: 1, remote_id: `p-${signal.id}` });
    expect(timesAccepted(signal.id)).toBe(1);
    expect(posts.target.received).toHaveLength(1);
    expect(posts.target.lookups).toEqual([signal.id]);
    const job = await line.queue.queue.getJob(`${signal.id}-community`);
    await until(async () => (await job!.getState()) === 'completed');
  });

  it('that did not arrive is sent again under the same key, once that is sure', async () => {
    const line = posts.start();
    await somethingDelivered(line);
    const signal = aSignal();
    posts.target.answer = (...parameters) =>
      (posts.target.received.filter(({ id }) => id === signal.id).length < 2 ? losesIt : takesWell)(
        ...parameters,
      );
    await line.issue(signal);
    expect(await ended(signal.id, 'delivered')).toMatchObject({ attempts: 2 });
    expect(timesAccepted(signal.id)).toBe(1);
    const sent = posts.target.received.filter(({ id }) => id === signal.id);
    expect(new Set(sent.map(({ headers }) => headers['idempotency-key']))).toEqual(new Set([signal.id]));
    expect(posts.target.lookups.filter((id) => id === signal.id).length).toBeGreaterThanOrEqual(3);
  });

  it('is not sent again by a lookup at a wrong path, that has nothing of anything', async () => {
    const line = posts.start();
    await somethingDelivered(line);
    posts.target.lookup = (response) => says(response, 404, { detail: 'Not Found' });
    posts.target.answer = takesSilently;
    const signal = aSignal();
    await line.issue(signal);
    await until(() => posts.target.lookups.filter((id) => id === signal.id).length >= 3);
    expect(await rowOf(signal.id)).toMatchObject({ state: 'queued', attempts: 1 });
    expect((await rowOf(signal.id))!.last_answer).toMatch(/knows no post that was delivered either/);
    posts.target.lookup = (response, id) => says(response, 200, { idempotency_key: id });
    await ended(signal.id, 'delivered');
    expect(timesAccepted(signal.id)).toBe(1);
  });

  it('is found by a lookup that is late: what it has not yet is not taken for lost', async () => {
    const line = posts.start({ lookupSettleMs: 3_000 });
    await somethingDelivered(line);
    const lateMs = 1_500;
    const takenAt = new Map<string, number>();
    posts.target.lookup = (response, id) => {
      const at = takenAt.get(id) ?? (id === accepted[0] ? 0 : Infinity);
      if (performance.now() < at + lateMs) says(response, 404, { detail: 'Not Found' });
      else says(response, 200, { idempotency_key: id });
    };
    posts.target.answer = (response, received, socket) => {
      takenAt.set(received.id, performance.now());
      takesSilently(response, received, socket);
    };
    const signal = aSignal();
    await line.issue(signal);
    await ended(signal.id, 'delivered');
    expect(timesAccepted(signal.id)).toBe(1);
    expect(posts.target.received.filter(({ id }) => id === signal.id)).toHaveLength(1);
  });

  it('is stored by a request that was still in flight when the platform said it had none', async () => {
    const line = posts.start({ lookupSettleMs: 2_000 });
    await somethingDelivered(line);
    // The answer is lost at once; it is stored a second later.
    posts.target.answer = (_response, { id }, socket) => {
      socket.destroy();
      setTimeout(() => accepted.push(id), 1_000);
    };
    const signal = aSignal();
    await line.issue(signal);
    await ended(signal.id, 'delivered');
    expect(timesAccepted(signal.id)).toBe(1);
  });

  it.each<[string, Platform['lookup']]>([
    ['fails', (response) => says(response, 500, { detail: 'no' })],
    ['says nothing', () => {}],
    ['answers a login page', (response) => void response.writeHead(200).end('<html>login</html>')],
    ['resets', (response) => void response.socket?.resetAndDestroy()],
    ['wants another key', (response) => says(response, 403, { found: false })],
  ])('is asked about again while the lookup %s, and settled when it works', async (_, lookup) => {
    const line = posts.start();
    const works = posts.target.lookup;
    posts.target.lookup = lookup;
    posts.target.answer = takesSilently;
    const signal = aSignal();
    await line.issue(signal);
    await until(() => posts.target.lookups.length >= 2);
    expect(await rowOf(signal.id)).toMatchObject({ state: 'queued', attempts: 1 });
    expect((await line.queue.counts()).last_error).toMatch(/^(?:asked|sent)/);
    posts.target.lookup = works;
    await ended(signal.id, 'delivered');
    expect(timesAccepted(signal.id)).toBe(1);
  });

  it('that cannot be known is parked, after a minute by the clock', async () => {
    let skew = 0;
    const line = posts.start({ timeOfDay: () => Date.now() + skew });
    posts.target.lookup = (response) => says(response, 500, {});
    posts.target.answer = takesSilently;
    const signal = aSignal({ expires_at: Date.now() + 86_400_000 });
    await line.issue(signal);
    await until(() => posts.target.lookups.length >= 2);
    skew = 61_000;
    await line.queue.clockStepped();
    expect((await ended(signal.id, 'parked')).last_answer).toMatch(/asking has not settled it; asked: 500/);
    expect(posts.target.received).toHaveLength(1);
  });

  it('that expired meanwhile is delivered if it arrived, and expired if not', async () => {
    const line = posts.start({ lookupSettleMs: 1_500 });
    await somethingDelivered(line);
    posts.target.answer = (...parameters) =>
      (parameters[1].id === arrived.id ? takesSilently : losesIt)(...parameters);
    const [arrived, lost] = ['ARRIVED', 'LOST'].map((symbol) =>
      aSignal({ symbol, expires_at: Date.now() + 1_200 }),
    ) as [ReturnType<typeof aSignal>, ReturnType<typeof aSignal>];
    await line.issue(arrived, lost);
    await ended(arrived.id, 'delivered');
    expect((await ended(lost.id, 'expired')).attempts).toBe(1);
    expect(posts.target.received.filter(({ id }) => id === lost.id)).toHaveLength(1);
  });

  it('is told to the operator, and left to the platform’s 409 where that is sent again', async () => {
    const line = posts.start();
    await somethingDelivered(line);
    const signal = aSignal();
    let tries = 0;
    // It lies: it has the post, and says that it has not.
    posts.target.lookup = (response, id) =>
      id === signal.id
        ? says(response, 404, { found: false, idempotency_key: id })
        : says(response, 200, { idempotency_key: id });
    posts.target.answer = (...parameters) => {
      tries += 1;
      if (tries === 1) takesSilently(...parameters);
      else status(409)(...parameters);
    };
    await line.issue(signal);
    await ended(signal.id, 'delivered');
    expect(timesAccepted(signal.id)).toBe(1);
  });

  it('was begun by a process that died: it is asked when the attempt can be in flight no more', async () => {
    const signal = aSignal();
    await posts.store.record([opened(signal)], ['community']);
    const claim = await posts.store.outbox.claim({
      id: signal.id,
      channel: 'community',
      token: 'dead',
      timeOfDay: Date.now,
      now: Date.now(),
      leaseMs: 1_000,
      pace: { perMinute: 60_000 },
      idempotent: false,
    });
    expect(claim.kind).toBe('claimed');
    accepted.push(signal.id);
    posts.start({ sweepEveryMs: 200 });
    await ended(signal.id, 'delivered');
    expect(posts.target.received).toHaveLength(0);
  });
});

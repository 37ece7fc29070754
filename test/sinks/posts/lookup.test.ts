import { Pool } from 'pg';
import { beforeEach, describe, expect, it } from 'vitest';
import type { Attempt } from '../../../store/posts/post-history.ts';
import { type Pipeline } from '../../support/pipeline.ts';
import { platform, type Platform, says, status, store as takes } from '../../support/services/platform.ts';
import { aSignal, opened, resolved } from '../../support/signals.ts';
import { until } from '../../support/until.ts';
import { patience } from '../../support/patience.ts';
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
/** Ids, of all tests: the control question may be of an earlier test's post. */
const accepted: string[] = [];

describe('a post in doubt, where the platform can be asked', () => {
  /** The machine's time of day is ahead by this, ms. */
  let ahead = 0;
  const timeOfDay = () => Date.now() + ahead;
  const posts = useDelivery(() => ({
    lookupPath: '/lookup',
    timeOfDay,
    channel: { timeoutMs: Math.ceil(500 * patience()) },
  }));
  beforeEach(() => {
    ahead = 0;
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
  const asked = (id: string) => posts.target.lookups.filter((one) => one === id).length;
  const historyOf = async (id: string): Promise<Attempt[]> => {
    const pool = new Pool(posts.store.connection);
    const { rows } = await pool.query<{ history: Attempt[] }>(
      'select history from outbox where post_id = $1',
      [id],
    );
    await pool.end();
    return rows[0]!.history;
  };
  /** Lets time pass in steps, each with a question in it. */
  const passes = async ({ queue }: Pipeline, id: string, seconds: number) => {
    for (let left = seconds; left > 0; left -= 25) {
      const before = (await rowOf(id))!.updated_at;
      ahead += Math.min(left, 25) * 1_000;
      await queue.clockStepped();
      await until(async () => (await rowOf(id))!.updated_at > before);
    }
  };
  const attemptThatDied = async (signal: ReturnType<typeof aSignal>) => {
    await posts.store.record([opened(signal)], ['community']);
    const claim = await posts.store.outbox.claim({
      id: signal.id,
      channel: 'community',
      token: 'dead',
      timeOfDay,
      now: Date.now(),
      leaseMs: 1_000,
      pace: { perMinute: 60_000 },
      idempotent: false,
    });
    expect(claim.kind).toBe('claimed');
  };
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
    // Twice at least: once more where the first answer came before it could be believed.
    expect(posts.target.lookups.filter((id) => id === signal.id).length).toBeGreaterThanOrEqual(2);
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
      const at = takenAt.get(id) ?? (accepted.includes(id) ? 0 : Infinity);
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
    const line = posts.start();
    posts.target.lookup = (response) => says(response, 500, {});
    posts.target.answer = takesSilently;
    const signal = aSignal({ expires_at: Date.now() + 86_400_000 });
    await line.issue(signal);
    await until(() => asked(signal.id) >= 2);
    await passes(line, signal.id, 50);
    expect(await rowOf(signal.id)).toMatchObject({ state: 'queued' });
    // The more often it was asked, the later is the question after the minute.
    const parked = await until(async () => {
      ahead += 1_000;
      await line.queue.clockStepped();
      const row = await rowOf(signal.id);
      return row?.state === 'parked' && row;
    });
    expect(parked.last_answer).toMatch(/asking has not settled it; asked: 500/);
    expect(posts.target.received).toHaveLength(1);
    // Of the questions the last is remembered: the attempt is not pushed out by them.
    expect((await historyOf(signal.id)).map(({ attempt, state }) => [attempt, state])).toEqual([
      [1, 'queued'],
      [1, 'parked'],
    ]);
  });

  it('is not parked by the first answer of a platform that was away for long', async () => {
    const line = posts.start();
    const signal = aSignal({ expires_at: Date.now() + 86_400_000 });
    const { port } = new URL(posts.target.url);
    posts.target.answer = (...parameters) => {
      takesSilently(...parameters);
      void posts.target.close();
    };
    await line.issue(signal);
    await until(async () => /ECONNREFUSED/.test((await rowOf(signal.id))!.last_answer ?? ''));
    await passes(line, signal.id, 75);
    const back = await platform(Number(port));
    try {
      back.lookup = (response) => says(response, 502, {});
      await until(() => back.lookups.length >= 2);
      expect(await rowOf(signal.id)).toMatchObject({ state: 'queued', attempts: 1 });
      back.lookup = (response, id) => says(response, 200, { idempotency_key: id });
      await ended(signal.id, 'delivered');
      expect(back.received).toHaveLength(0);
    } finally {
      await back.close();
    }
  });

  it('nor by the first answer after this server was away for long', async () => {
    const line = posts.start();
    const signal = aSignal({ expires_at: Date.now() + 86_400_000 });
    posts.target.lookup = (response) => says(response, 502, {});
    posts.target.answer = takesSilently;
    await line.issue(signal);
    await until(() => asked(signal.id) >= 1);
    await line.close();
    const before = asked(signal.id);
    ahead = 2 * 3600_000;
    posts.start({ sweepEveryMs: 200 });
    await until(() => asked(signal.id) >= before + 2);
    expect(await rowOf(signal.id)).toMatchObject({ state: 'queued', attempts: 1 });
    posts.target.lookup = (response, id) => says(response, 200, { idempotency_key: id });
    await ended(signal.id, 'delivered');
    expect(timesAccepted(signal.id)).toBe(1);
  });

  it('whose signal ends meanwhile is delivered, and so is the word of its end', async () => {
    const line = posts.start();
    const works = posts.target.lookup;
    posts.target.lookup = (response) => says(response, 500, {});
    posts.target.answer = takesSilently;
    const signal = aSignal();
    await line.issue(signal);
    await until(() => asked(signal.id) >= 1);
    await line.record(resolved(signal));
    const before = asked(signal.id);
    await until(() => asked(signal.id) > before);
    expect(await rowOf(signal.id)).toMatchObject({ state: 'queued', attempts: 1 });
    posts.target.answer = takesWell;
    posts.target.lookup = works;
    await ended(signal.id, 'delivered');
    await until(
      async () => (await posts.store.signals.get(signal.id))?.end_deliveries?.[0]?.state === 'delivered',
    );
    expect(posts.target.received.map(({ path }) => path)).toEqual(['/api/signals/external', '/ended']);
  });

  it('whose signal ends meanwhile is not sent again where it did not arrive, nor is the end', async () => {
    const line = posts.start();
    await somethingDelivered(line);
    const works = posts.target.lookup;
    const sentBefore = posts.target.received.length;
    posts.target.lookup = (response) => says(response, 500, {});
    posts.target.answer = losesIt;
    const signal = aSignal();
    await line.issue(signal);
    await until(() => asked(signal.id) >= 1);
    await line.record(resolved(signal));
    posts.target.lookup = works;
    await ended(signal.id, 'superseded');
    await until(
      async () => (await posts.store.signals.get(signal.id))?.end_deliveries?.[0]?.state === 'superseded',
    );
    expect(posts.target.received).toHaveLength(sentBefore + 1);
  });

  it('that the operator takes out of the queue is parked, and asked about no more', async () => {
    const line = posts.start();
    posts.target.lookup = (response) => says(response, 500, {});
    posts.target.answer = takesSilently;
    const signal = aSignal();
    await line.issue(signal);
    await until(() => asked(signal.id) >= 1);
    expect(await posts.store.outbox.withdraw(signal.id, 'community', Date.now())).toBe(true);
    expect((await rowOf(signal.id))!.last_answer).toBe(
      'removed by the operator; an attempt may have been taken',
    );
    const job = await line.queue.queue.getJob(`${signal.id}-community`);
    await until(async () => (await job!.getState()) === 'failed');
    expect(await rowOf(signal.id)).toMatchObject({ state: 'parked', attempts: 1 });
    expect(posts.target.received).toHaveLength(1);
    expect(await posts.store.outbox.confirm(signal.id, 'community', Date.now())).toBeUndefined();
  });

  it('counts as delivered, or parked, where metrics are made, once', async () => {
    const seen: string[] = [];
    const line = posts.start({
      delivery: {
        observe: ({ state, attempt, durationMs }) =>
          void seen.push(`${attempt} ${state}${durationMs === undefined ? ', asked' : ''}`),
      },
    });
    posts.target.answer = takesSilently;
    const signal = aSignal();
    await line.issue(signal);
    await ended(signal.id, 'delivered');
    await until(() => seen.length >= 2);
    expect(seen).toEqual(['1 queued', '1 delivered, asked']);
  });

  it('is not asked about where the platform drops repetitions: it is repeated', async () => {
    const line = posts.start({ channel: { idempotent: true } });
    const signal = aSignal();
    posts.target.answer = (...parameters) =>
      (posts.target.received.length < 2 ? takesSilently : takesWell)(...parameters);
    await line.issue(signal);
    expect(await ended(signal.id, 'delivered')).toMatchObject({ attempts: 2 });
    expect(posts.target.lookups).toEqual([]);
  });

  it('does not wait for an answer about it as long as a post may take', async () => {
    const line = posts.start({ channel: { timeoutMs: 600_000 } });
    posts.target.lookup = () => {};
    posts.target.answer = takesSilently;
    await line.issue(aSignal());
    await until(() => posts.target.lookups.length >= 2, 60_000);
  });

  it('that expired meanwhile is delivered if it arrived, and expired if not', async () => {
    const liveMs = Math.ceil(1_200 * patience());
    const line = posts.start({ lookupSettleMs: liveMs + 300 });
    await somethingDelivered(line);
    posts.target.answer = (...parameters) =>
      (parameters[1].id === arrived.id ? takesSilently : losesIt)(...parameters);
    const [arrived, lost] = ['ARRIVED', 'LOST'].map((symbol) =>
      aSignal({ symbol, expires_at: Date.now() + liveMs }),
    ) as [ReturnType<typeof aSignal>, ReturnType<typeof aSignal>];
    await line.issue(arrived, lost);
    await ended(arrived.id, 'delivered');
    expect((await ended(lost.id, 'expired')).attempts).toBe(1);
    expect(posts.target.received.filter(({ id }) => id === lost.id)).toHaveLength(1);
  });

  it('that the platform has and denies is sent again under its id, and ends with the 409', async () => {
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
    await attemptThatDied(signal);
    accepted.push(signal.id);
    posts.start({ sweepEveryMs: 200 });
    await ended(signal.id, 'delivered');
    expect(posts.target.received).toHaveLength(0);
  });

  it('was begun by a process that died long ago: the platform is given as much time as after any other', async () => {
    const line = posts.start({ sweepEveryMs: 200 });
    await somethingDelivered(line);
    const works = posts.target.lookup;
    let isFirst = true;
    posts.target.lookup = (response, id) => {
      if (isFirst) says(response, 502, {});
      else works(response, id);
      isFirst = false;
    };
    const signal = aSignal({ expires_at: Date.now() + 86_400_000 });
    await attemptThatDied(signal);
    ahead = 30 * 60_000;
    await line.queue.sweep();
    expect(await ended(signal.id, 'delivered')).toMatchObject({ attempts: 2 });
    expect(timesAccepted(signal.id)).toBe(1);
  });
});

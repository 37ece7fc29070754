import type { AddressInfo } from 'node:net';
import Koa from 'koa';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { queueBoard } from '../../http/queue-board.ts';
import type { Store } from '../../store/open-store.ts';
import { temporaryStore } from '../support/services/database.ts';
import { pipeline, type Pipeline } from '../support/pipeline.ts';
import { platform, status, store as takes, type Platform } from '../support/services/platform.ts';
import { aSignal } from '../support/signals.ts';
import { until } from '../support/until.ts';

describe('queueBoard', () => {
  let store: Store;
  let dispose: () => Promise<void>;
  let target: Platform;
  let line: Pipeline;
  let url: string;
  let close: () => Promise<unknown>;
  let ahead = 0;
  const logged: unknown[] = [];
  beforeAll(async () => {
    ({ store, dispose } = await temporaryStore());
    target = await platform();
    line = pipeline({ store, url: target.url });
    const app = new Koa();
    const log = { info: (entry: unknown) => void logged.push(entry) };
    app.use(
      queueBoard({ queues: [line.queue.queue], store, log, trustProxy: 1, now: () => Date.now() + ahead }),
    );
    const server = app.listen(0, '127.0.0.1');
    await new Promise((done) => server.once('listening', done));
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/admin/queues`;
    close = () => new Promise((done) => server.close(done));
  });
  afterAll(async () => {
    await close();
    await line.close();
    await target.close();
    await dispose();
  });
  const stateOf = async (id: string) => (await store.signals.get(id))?.deliveries[0]?.state;
  const put = (path: string, headers: Record<string, string> = {}) =>
    fetch(`${url}/api/queues/community/${path}`, { method: 'PUT', headers });
  /** A signal whose post has failed for good, and whose job has too. */
  const failed = async () => {
    target.answer = status(422);
    const signal = aSignal();
    await line.issue(signal);
    await until(async () => (await stateOf(signal.id)) === 'failed');
    const job = await until(() => line.queue.queue.getJob(`${signal.id}-community`));
    await until(async () => (await job.getState()) === 'failed');
    target.answer = takes;
    return signal;
  };

  /** A signal whose post may have been taken, and whose job has failed. */
  const parked = async () => {
    target.answer = status(502);
    const signal = aSignal();
    await line.issue(signal);
    await until(async () => (await stateOf(signal.id)) === 'parked');
    const job = await until(() => line.queue.queue.getJob(`${signal.id}-community`));
    await until(async () => (await job.getState()) === 'failed');
    target.answer = takes;
    return signal;
  };

  it('serves its page without anything from elsewhere', async () => {
    const page = await fetch(url);
    const html = await page.text();
    expect(page.status).toBe(200);
    expect(page.headers.get('content-security-policy')).toContain("default-src 'none'");
    expect(html).toContain('Anso Vision');
    expect(html).not.toMatch(/(?:src|href)="(?:https?:)?\/\//);
    const script = /src="(static\/js\/main[^"]+)"/.exec(html)?.[1];
    expect((await fetch(`${url}/${script}`)).status).toBe(200);
  });

  it('shows the queue and its jobs, without a secret', async () => {
    const signal = await failed();
    const answer = await fetch(`${url}/api/queues?activeQueue=community&page=1&jobsPerPage=10&status=failed`);
    const text = await answer.text();
    expect(text).toContain(signal.id);
    expect(text).not.toContain('canary-key');
  });

  it('retries a failed post that is still worth sending', async () => {
    const signal = await failed();
    expect((await put(`${signal.id}-community/retry`)).status).toBe(204);
    await until(async () => (await stateOf(signal.id)) === 'delivered');
  });

  it('refuses to retry an expired one, alone or among all', async () => {
    const signal = await failed();
    const before = target.received.length;
    ahead = 2 * 3600_000;
    const answer = await put(`${signal.id}-community/retry`);
    expect(answer.status).toBe(409);
    expect(await answer.text()).toContain('expired');
    expect(await (await put('retry/failed')).json()).toMatchObject({ retried: 0 });
    ahead = 0;
    expect(await stateOf(signal.id)).toBe('failed');
    expect(target.received).toHaveLength(before);
  });

  it('sends a parked one again on its own retry, never among all', async () => {
    const signal = await parked();
    const posts = () => target.received.filter(({ id }) => id === signal.id).length;
    await put('retry/failed');
    expect(await stateOf(signal.id)).toBe('parked');
    expect(posts()).toBe(1);
    expect((await put(`${signal.id}-community/retry`)).status).toBe(204);
    await until(async () => (await stateOf(signal.id)) === 'delivered');
    expect(posts()).toBe(2);
  });

  it('takes the operator’s word that a parked one has arrived, sends nothing, and writes it down', async () => {
    const signal = await parked();
    const posts = target.received.length;
    // That the signal has expired meanwhile makes no difference.
    ahead = 2 * 3600_000;
    const answer = await put(`${signal.id}-community/delivered`, { 'X-Forwarded-For': '9.9.9.9' });
    ahead = 0;
    expect(answer.status).toBe(204);
    const delivery = (await store.signals.get(signal.id))?.deliveries[0];
    expect(delivery).toMatchObject({
      state: 'delivered',
      attempts: 1,
      last_answer: expect.stringMatching(/^delivered, by the operator’s word; before: 502/) as string,
    });
    const job = await until(() => line.queue.queue.getJob(`${signal.id}-community`));
    await until(async () => (await job.getState()) === 'completed');
    expect(target.received).toHaveLength(posts);
    expect(logged).toContainEqual(
      expect.objectContaining({
        id: signal.id,
        channel: 'community',
        action: 'delivered',
        from: '9.9.9.9',
      }),
    );
    // Neither once more, nor after a change of mind.
    expect((await put(`${signal.id}-community/delivered`)).status).toBe(409);
    expect((await put(`${signal.id}-community/retry`)).status).toBe(409);
  });

  it('accepts that without a job too, and for no other post', async () => {
    const signal = await parked();
    await (await line.queue.queue.getJob(`${signal.id}-community`))?.remove();
    expect((await put(`${signal.id}-community/delivered`)).status).toBe(204);
    expect(await stateOf(signal.id)).toBe('delivered');
    const other = await failed();
    const answer = await put(`${other.id}-community/delivered`);
    expect(answer.status).toBe(409);
    expect(await answer.json()).toMatchObject({
      success: false,
      code: 'conflict',
      error: expect.stringContaining('it is failed') as string,
    });
    expect(await stateOf(other.id)).toBe('failed');
    expect((await put('nonsense-community/delivered')).status).toBe(409);
  });

  it('takes a removed post out for good', async () => {
    target.answer = status(503, { 'Retry-After': '600' });
    const signal = aSignal({ symbol: 'REMOVED' });
    await line.issue(signal);
    const job = await until(() => line.queue.queue.getJob(`${signal.id}-community`));
    await until(async () => (await job.getState()) === 'delayed');
    expect((await put(`${signal.id}-community/clean`)).status).toBe(204);
    target.answer = takes;
    await line.queue.sweep();
    expect(await stateOf(signal.id)).toBe('failed');
    expect(await line.queue.queue.getJob(`${signal.id}-community`)).toBeUndefined();
  });

  it('writes down what the operator does, and from where', async () => {
    const said = (action: string) =>
      logged.findLast((entry) => (entry as { action: string }).action === action);
    const from = { 'X-Forwarded-For': '9.9.9.9' };
    const told = { channel: 'community', from: '9.9.9.9' };
    const signal = await failed();
    await put(`${signal.id}-community/retry`, from);
    expect(said('retry')).toEqual({ action: 'retry', id: signal.id, ...told });
    await until(async () => (await stateOf(signal.id)) === 'delivered');

    target.answer = status(503, { 'Retry-After': '600' });
    const waiting = aSignal();
    await line.issue(waiting);
    const job = await until(() => line.queue.queue.getJob(`${waiting.id}-community`));
    await until(async () => (await job.getState()) === 'delayed');
    target.answer = takes;
    expect((await put(`${waiting.id}-community/promote`, from)).status).toBe(204);
    expect(said('promote')).toEqual({ action: 'promote', id: waiting.id, ...told });
    await until(async () => (await stateOf(waiting.id)) === 'delivered');

    const removed = await failed();
    await put(`${removed.id}-community/clean`, from);
    expect(said('remove')).toEqual({ action: 'remove', id: removed.id, wasToBeSent: false, ...told });

    const again = await failed();
    await parked();
    const answer = (await (await put('retry/failed', from)).json()) as { retried: number; skipped: number };
    expect(answer.retried).toBeGreaterThanOrEqual(1);
    expect(answer.skipped).toBeGreaterThanOrEqual(1);
    expect(said('retry all')).toEqual({ action: 'retry all', retried: answer.retried, ...told });
    await until(async () => (await stateOf(again.id)) === 'delivered');
  });

  it.each(['completed', 'failed'])(
    'removes the %s jobs, and leaves their posts in the state they had',
    async (state) => {
      const signal = state === 'failed' ? await failed() : aSignal();
      if (state === 'completed') {
        await line.issue(signal);
        await until(async () => (await stateOf(signal.id)) === 'delivered');
      }
      const job = await until(() => line.queue.queue.getJob(`${signal.id}-community`));
      await until(async () => (await job.getState()) === state);
      const before = await stateOf(signal.id);
      expect((await put(`clean/${state}`)).status).toBe(200);
      expect(logged.at(-1)).toMatchObject({ action: 'clean', state, channel: 'community' });
      expect(await stateOf(signal.id)).toBe(before);
    },
  );

  it('says what it refuses: an action that it does not offer, and a body of another type', async () => {
    const refused = await fetch(`${url}/api/queues/pause`, { method: 'PUT' });
    expect(await refused.json()).toEqual({
      success: false,
      error: 'not allowed here',
      code: 'not_allowed',
      message: 'not allowed here',
    });
    const form = await put('x-community/retry', { 'Content-Type': 'text/plain', 'Content-Length': '0' });
    expect(form.status).toBe(409);
  });

  it.each([
    ['PUT', '/api/queues/community/obliterate'],
    ['PUT', '/api/queues/community/empty'],
    ['PUT', '/api/queues/pause'],
    ['POST', '/api/queues/community/add'],
    ['PATCH', '/api/queues/community/x/update-data'],
    ['PUT', '/api/queues/community/clean/wait'],
  ])('refuses %s %s', async (method, path) => {
    expect((await fetch(url + path, { method })).status).toBe(403);
  });

  it('takes no form', async () => {
    const answer = await fetch(`${url}/api/queues/community/x-community/retry`, {
      method: 'PUT',
      body: new URLSearchParams({ a: 'b' }),
    });
    expect(answer.status).toBe(415);
  });
});

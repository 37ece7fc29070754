import { afterEach, describe, expect, it } from 'vitest';
import type { CommunityFault } from '../../simulator/faults.ts';
import { startSimulator, type Simulator, type SimulatorOptions } from '../../simulator/start-simulator.ts';

let simulator: Simulator | undefined;
afterEach(() => simulator?.close());

const signal = {
  symbol: 'BTCUSD',
  action: 'BUY',
  entry: 60_000,
  tp: 61_000,
  sl: 59_500,
  confidence: 0.4,
  reasoning: 'trend',
  signal_id: 'abc',
};

async function open(options: SimulatorOptions = {}) {
  const opened = await startSimulator(options);
  simulator = opened;
  const post = (body: unknown, { key = opened.keys.community, path = '/api/signals/external' } = {}) =>
    fetch(`${opened.urls.communityUrl}${path}`, {
      method: 'POST',
      headers: { 'x-api-key': key, 'content-type': 'application/json', 'idempotency-key': 'k1' },
      body: JSON.stringify(body),
      redirect: 'manual',
      signal: AbortSignal.timeout(500),
    });
  return { simulator: opened, post };
}

describe('the simulated community platform', () => {
  it('stores a signal, answers as the real one, and lists it', async () => {
    const { simulator, post } = await open();
    const answer = await post(signal);
    expect(answer.status).toBe(200);
    expect(await answer.json()).toEqual({
      message: 'Signal stored',
      signal_id: 'abc',
      status: 'stored',
      symbol: 'BTCUSD',
      action: 'BUY',
    });
    expect(simulator.received()).toMatchObject([{ id: 'abc', idempotencyKey: 'k1', body: signal }]);
    const list = await fetch(`${simulator.urls.communityUrl}/api/signals/external`);
    expect(await list.json()).toMatchObject({ signals: [{ id: 'abc' }] });
    await post({ ...signal, reasoning: '<script>alert(1)</script>' });
    const page = await (await fetch(simulator.urls.communityUrl)).text();
    expect(page).toContain('2 signals received');
    expect(page).not.toContain('<script>');
  });

  it('validates the body before the key, and the path before both', async () => {
    const { post, simulator } = await open();
    expect((await post({ ...signal, action: 'HOLD' }, { key: 'wrong' })).status).toBe(422);
    expect((await post(signal, { key: 'wrong' })).status).toBe(403);
    expect((await post(signal, { path: '/elsewhere' })).status).toBe(404);
    expect(simulator.received()).toEqual([]);
  });

  it.each([{ entry: 100_000 }, { tp: 123_456 }, { symbol: 'X'.repeat(51) }])(
    'fails on %o',
    async (change) => {
      const { post, simulator } = await open();
      expect((await post({ ...signal, ...change })).status).toBe(500);
      expect(simulator.received()).toEqual([]);
    },
  );

  it.each([
    [false, 2],
    [true, 1],
  ])('sees a repeat as the same signal only where it is idempotent: %s', async (isIdempotent, count) => {
    const { post, simulator } = await open({ isIdempotent });
    await post(signal);
    expect((await post(signal)).status).toBe(200);
    expect(simulator.received()).toHaveLength(count);
  });

  it.each<[CommunityFault, number | 'fails', number]>([
    [{ status: 503 }, 503, 0],
    [{ status: 429, headers: { 'retry-after': '7' } }, 429, 0],
    ['redirect', 307, 0],
    ['reset', 'fails', 0],
    ['garbage', 'fails', 0],
    ['no_answer', 'fails', 0],
    ['stored_500', 500, 1],
    ['stored_reset', 'fails', 1],
    ['stored_no_answer', 'fails', 1],
    ['stored_slow_drip', 'fails', 1],
    ['truncated', 'fails', 1],
  ])('misbehaves as told: %o', async (fault, expected, stored) => {
    const { post, simulator } = await open();
    simulator.faults.community.next.push(fault);
    const outcome = await post(signal)
      .then(
        async (answer) => answer.text().then(() => answer.status),
        () => 'fails',
      )
      .catch(() => 'fails');
    expect(outcome).toBe(expected);
    expect(simulator.received()).toHaveLength(stored);
    expect((await post(signal)).status).toBe(200);
  });

  it('refuses connections during an outage, and keeps its signals', async () => {
    const { post, simulator } = await open();
    await post(signal);
    await simulator.suspend('community');
    await expect(post(signal)).rejects.toThrow('fetch failed');
    await simulator.resume('community');
    expect((await post(signal)).status).toBe(200);
    expect(simulator.received()).toHaveLength(2);
  });
});

import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { needs } from '../../support/needs.ts';
import { patience } from '../../support/patience.ts';
import type { RunningServer } from '../../support/server.ts';
import type { RedisProcess } from '../../support/services/redis.ts';
import { type SplitServer, splitServer } from '../../support/split-server.ts';
import { until } from '../../support/until.ts';

interface Health {
  readonly parts: Record<string, { state: string; reason?: string }>;
}
/** What must be said is to be said within so long, ms. */
const saidWithin = 15_000;

describe('what is wrong among many processes is said', needs.redis, () => {
  let split: SplitServer;
  let redis: RedisProcess;
  let ingest: RunningServer;
  let gateway: RunningServer;

  const start = async (roles: string, over: Record<string, string> = {}): Promise<RunningServer> =>
    (await split.start(roles, over)).server;
  const partOf = async (server: RunningServer, part: string) =>
    (await server.get<Health>('/health')).parts[part];
  const reasonsOf = async (server: RunningServer) =>
    (await server.get<{ reasons: string[] }>('/ready')).reasons.join('\n');
  const saysOf = (server: RunningServer, part: string) =>
    server.log.filter((line) => line['part'] === part).map(({ msg }) => msg);
  const analyse = async () => {
    const from = performance.now();
    const answer = await fetch(`${gateway.url}/analyze/BTCUSD?timeframe=1min`);
    await answer.text();
    return { status: answer.status, ms: performance.now() - from };
  };
  const lastClose = async () => {
    const [row] = await split.query<{ last: string | null }>(
      `select max(close_time) as last from decision where symbol = 'BTCUSD'`,
    );
    return Number(row!.last);
  };

  beforeAll(async () => {
    split = await splitServer({}, { connections: 1 });
    ({ redis } = split);
    ingest = await start('ingest');
    gateway = await start('gateway');
    await until(async () => (await partOf(gateway, 'ingest'))?.state === 'ok', 60_000);
  });
  afterAll(() => split.close());

  it('without an analyser both say so, and a request is refused within a second', async () => {
    await until(async () => (await partOf(gateway, 'analyses'))?.state === 'down', saidWithin);
    expect(await partOf(gateway, 'analyses')).toMatchObject({
      reason: 'nothing is analysed: no process with the role analysis answers',
    });
    expect(await reasonsOf(ingest)).toContain('analyses: no process with the role analysis answers');
    // Until its candles are there it is refused for want of them.
    await until(async () => (await analyse()).status !== 409, 60_000);
    const answer = await analyse();
    expect(answer.status).toBe(503);
    expect(answer.ms).toBeLessThan(1000 * patience());
    await until(() => saysOf(ingest, 'analyses').length > 0, saidWithin);
    expect(saysOf(ingest, 'analyses')[0]).toBe('a part of the installation is not well');
  });

  it('an analyser that dies is missed at once, and the closes of its absence are made up', async () => {
    const first = await start('analysis');
    await until(async () => (await analyse()).status === 200, 60_000);
    await until(async () => (await lastClose()) > 0, 60_000);
    expect(await partOf(gateway, 'analyses')).toMatchObject({ state: 'ok' });
    await first.stop('SIGKILL');
    const killed = Date.now();
    const answer = await analyse();
    expect(answer.status).toBe(503);
    expect(answer.ms).toBeLessThan(1500 * patience());
    // A minute closes that nobody can analyse, and stays so for longer than an analysis is waited for.
    const missed = Math.ceil(killed / 60_000) * 60_000;
    await until(() => Date.now() > missed + 65_000, 150_000);
    expect(await lastClose()).toBeLessThan(missed);
    const again = await start('analysis');
    await until(async () => (await lastClose()) >= missed + 60_000, 60_000);
    await until(async () => (await partOf(gateway, 'analyses'))?.state === 'ok', saidWithin);
    expect(ingest.log.filter(({ msg }) => msg === 'an analysis failed')).toEqual([]);
    await again.stop();
  });

  it('a gateway whose settings differ from those of the ingest is not ready, and names them', async () => {
    const other = await start('gateway', { SYMBOLS: 'ETH/USD,BTC/USD', SPREAD_BPS: '3' });
    await until(async () => /SYMBOLS is/.test(await reasonsOf(other)), saidWithin);
    expect(await reasonsOf(other)).toMatch(
      /settings: SYMBOLS is BTCUSD,ETHUSD here and BTCUSD there; SPREAD_BPS is 3 here and 1 there \(ingest /,
    );
    await until(() => saysOf(other, 'settings').length > 0, saidWithin);
    // The ingest is right, and names it; the first gateway has nothing to do with it.
    await until(async () => (await partOf(ingest, 'settings'))?.state === 'degraded', saidWithin);
    expect(await reasonsOf(gateway)).not.toContain('settings');
    await other.stop();
    await until(async () => (await partOf(ingest, 'settings'))?.state === 'ok', 2 * saidWithin);
  });

  it('messages to the gateways that Redis does not take are told, there too', async () => {
    // A busy machine may have had an outage of its own before.
    const known = ingest.log.length;
    await redis.kill('SIGSTOP');
    const isTold = ({ msg }: { msg: string }) => msg.startsWith('Redis does not take messages');
    await until(() => ingest.log.slice(known).some(isTold), saidWithin + 15_000);
    expect(await partOf(ingest, 'bus')).toMatchObject({ state: 'degraded' });
    await redis.kill('SIGCONT');
    await until(async () => (await partOf(gateway, 'bus'))?.state === 'degraded', saidWithin);
    expect(await partOf(gateway, 'bus')).toMatchObject({
      reason: expect.stringMatching(/were dropped, [1-9]\d* since the start/),
    });
    await until(
      () => ingest.log.slice(known).some(({ msg }) => msg.startsWith('Redis takes messages')),
      40_000,
    );
  });

  it('a gateway whose ingest is gone says so, and is ready again with the next', async () => {
    await until(async () => (await partOf(gateway, 'ingest'))?.state === 'ok', saidWithin);
    await ingest.stop('SIGKILL');
    await until(async () => (await partOf(gateway, 'ingest'))?.state === 'down', saidWithin);
    expect(await reasonsOf(gateway)).toContain('ingest: no ingest answers');
    await until(() => saysOf(gateway, 'ingest').length > 0, saidWithin);
    ingest = await start('ingest');
    await until(async () => (await partOf(gateway, 'ingest'))?.state === 'ok', 60_000);
  });
});

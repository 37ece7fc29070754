import { Client } from 'pg';
import { Redis } from 'ioredis';
import { expect, it } from 'vitest';
import { platform } from '../support/services/platform.ts';
import { postgresProcess } from '../support/services/postgres.ts';
import { redisProcess } from '../support/services/redis.ts';
import { until } from '../support/until.ts';
import { connect } from '../support/server.ts';
import { createWorld, deliveryOf, postClose, sleep } from '../support/world.ts';
import { needs } from '../support/needs.ts';

const canary = (name: string) => `c4nary-${name}-7Qx`;
const isCanary = /c4nary/i;

it(
  'no secret appears in a log line, an answer, a metric, a job, a row or a frame, whatever goes wrong',
  needs.redis,
  async () => {
    const postgres = await postgresProcess(canary('database'));
    const redis = await redisProcess();
    await redis.start();
    await postgres.start();
    const admin = new Redis(redis.url, { retryStrategy: () => null });
    admin.on('error', () => {});
    await admin.config('SET', 'requirepass', canary('redis'));
    // It repeats what it was sent: keys come back in answers.
    const echo = await platform();
    echo.answer = (response, { headers, body }) => {
      response.writeHead(500, { 'content-type': 'application/json' });
      response.end(JSON.stringify({ detail: 'not stored', headers, body }));
    };
    const world = await createWorld(
      {
        LOG_LEVEL: 'trace',
        API_KEYS: `${canary('api')},${canary('second')}`,
        COMMUNITY_TRADING_URL: echo.url,
        COMMUNITY_API_KEY: canary('community'),
        COMMUNITY_IDEMPOTENT: 'true',
        TELEGRAM_URL: echo.url,
        TELEGRAM_BOT_TOKEN: canary('telegram'),
        TELEGRAM_CHAT_ID: '@signals',
        DISCORD_WEBHOOK_URL: `${echo.url}/api/webhooks/1/${canary('discord')}`,
        WEBHOOK_URL: `${echo.url}/hook`,
        WEBHOOK_SECRET: canary('webhook'),
        BACKEND_URL: echo.url.replace('://', `://user:${canary('backendurl')}@`),
        BACKEND_API_KEY: canary('backend'),
        FINLIGHT_API_KEY: canary('news'),
        DATABASE_URL: postgres.url,
        REDIS_URL: redis.url.replace('://', `://:${canary('redis')}@`),
      },
      { keys: { provider: canary('provider'), news: canary('news') } },
    );
    const { simulator } = world;
    const seen: string[] = [];
    const note = (what: string, text: string) => {
      for (const line of text.split('\n'))
        if (isCanary.test(line)) seen.push(`${what}: ${line.slice(0, 500)}`);
    };
    try {
      const server = await world.start({ FINLIGHT_URL: simulator.urls.newsUrl });
      const key = { 'x-api-key': canary('api') };
      const client = await connect(server, '/ws', { action: 'subscribe', symbol: 'BTCUSD' });
      const ask = async (path: string, init: RequestInit = {}) => {
        const response = await fetch(`${server.url}${path}`, init);
        note(path, `${await response.text()} ${JSON.stringify([...response.headers])}`);
        return response.status;
      };
      const id = await postClose(server, 'LEAK', '1h', key);
      await until(async () => ((await deliveryOf(server, id))?.attempts ?? 0) > 0);
      // A provider, a news service and a calendar that fail, and repeat what they were asked with.
      const repeated = JSON.stringify({
        code: 500,
        message: `apikey ${simulator.keys.provider} is ill`,
        status: 'error',
      });
      simulator.faults.rest.always = { status: 500, body: repeated };
      simulator.faults.socket.upgrade = { status: 500, body: repeated };
      simulator.faults.news.always = { status: 500, body: `${simulator.keys.news} unknown` };
      simulator.socket.inject(`{"event":"error","code":500,"message":"${simulator.keys.provider}"}`);
      simulator.socket.inject(`no JSON but ${simulator.keys.provider}`);
      await until(() => server.log.filter(({ msg }) => msg.includes('makes no sense')).length >= 2);
      simulator.socket.drop();
      await admin.config('SET', 'requirepass', 'another');
      await admin.call('CLIENT', 'KILL', 'TYPE', 'normal', 'SKIPME', 'yes');
      await until(async () => (await ask('/ready')) === 503);
      await sleep(1_000);
      await redis.kill('SIGKILL');
      await postgres.kill('SIGKILL');
      await until(async () =>
        (await server.get<{ reasons: string[] }>('/ready')).reasons.some((reason) =>
          reason.startsWith('store'),
        ),
      );
      expect(await ask('/ready')).toBe(503);
      await postgres.start();
      await until(async () => (await ask(`/signals/${id}`)) === 200, 20_000);
      for (const path of [
        '/health',
        '/ready',
        '/metrics',
        '/symbols',
        '/news',
        '/signals',
        '/performance',
        '/openapi.json',
        '/docs',
        '/',
        '/nowhere',
        `/nowhere?apikey=${encodeURIComponent('x')}`,
        '/candles/BTCUSD?interval=1h',
        '/analyze/BTCUSD',
      ])
        await ask(path);
      expect(await ask('/api/signals/queue', { headers: key })).toBe(200);
      expect(await ask('/admin/queues/api/queues', { headers: key })).toBeLessThan(504);
      expect(
        await ask('/api/candle-complete', {
          method: 'POST',
          headers: { ...key, 'content-type': 'application/json' },
          body: '{',
        }),
      ).toBe(400);
      expect(
        await ask('/api/candle-complete', {
          method: 'POST',
          headers: { 'x-api-key': `${canary('api')}x`, 'content-type': 'application/json' },
          body: '{}',
        }),
      ).toBe(401);
      note('frames', JSON.stringify(client.frames));

      const rows = new Client({ connectionString: postgres.url });
      await rows.connect();
      const tables = await rows.query<{ name: string }>(
        `select format('%I.%I', schemaname, tablename) as name from pg_tables where schemaname in ('public', 'bullmq')`,
      );
      expect(tables.rows.length).toBeGreaterThan(8);
      for (const { name } of tables.rows) {
        const found = await rows.query<{ text: string }>(`select t::text as text from ${name} t`);
        for (const { text } of found.rows) note(name, text);
      }
      await rows.end();
      await redis.start();
      const jobs = new Redis(redis.url);
      await until(async () => (await jobs.keys('bull:*')).length > 0);
      for (const name of await jobs.keys('bull:*'))
        if ((await jobs.type(name)) === 'hash') note(name, JSON.stringify(await jobs.hgetall(name)));
      jobs.disconnect();

      expect(await server.stop()).toBe(0);
      for (const line of server.log) note('log', JSON.stringify(line));
      // It has talked of what went wrong: silence would prove nothing.
      expect(server.log.filter(({ level }) => Number(level) >= 40).length).toBeGreaterThan(5);
      expect(echo.received.length).toBeGreaterThan(0);
      expect(seen).toEqual([]);
    } finally {
      admin.disconnect();
      await world.dispose();
      await echo.close();
      await redis.dispose();
      await postgres.dispose();
    }
  },
);

it('a wrong configuration is refused without a word of what the secrets were', async () => {
  const world = await createWorld({
    PORT: 'x',
    API_KEYS: `short,${canary('api')} with spaces`,
    REDIS_URL: `http://:${canary('redis')}@host`,
  });
  try {
    const failure = await world.start().then(
      () => 'started',
      (error: Error) => error.message,
    );
    expect(failure).toMatch(/exited with 78/);
    expect(failure).toMatch(/API_KEYS/);
    expect(failure).not.toMatch(isCanary);
  } finally {
    await world.dispose();
  }
});

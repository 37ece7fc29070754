import { execFile } from 'node:child_process';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { Redis } from 'ioredis';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { examine } from '../../cli/doctor/examine.ts';
import type { Finding } from '../../cli/doctor/finding.ts';
import { startSimulator, type Simulator } from '../../simulator/start-simulator.ts';
import { simulatorServices } from '../support/simulator-environment.ts';
import { openStore } from '../../store/open-store.ts';
import { quiet, temporaryFolder } from '../support/services/database.ts';
import { redisProcess } from '../support/services/redis.ts';
import { needs } from '../support/needs.ts';
import { plainShell } from '../support/plain-shell.ts';

let simulator: Simulator;
let folder: Awaited<ReturnType<typeof temporaryFolder>>;
beforeAll(async () => {
  [simulator, folder] = await Promise.all([startSimulator(), temporaryFolder()]);
});
afterAll(async () => {
  await simulator.close();
  await folder.remove();
});

/** The variables of a server on the simulator. */
const onSimulator = () => ({
  PORT: '0',
  DATA_DIR: join(folder.path, 'data'),
  ...simulatorServices(simulator),
});
const look = (environment: Record<string, string>, dotEnv?: Record<string, string>) =>
  examine({
    environment,
    dotEnv: dotEnv && { variables: dotEnv, problems: [], notes: [] },
    rootFolder: join(folder.path, 'lib'),
  });
const of = (findings: readonly Finding[], part: string) =>
  findings.filter((finding) => finding.part === part);

async function served(server: Server): Promise<string> {
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

describe('doctor', () => {
  it('finds nothing wrong with a server on the simulator, and posts nothing', async () => {
    const findings = await look(onSimulator());
    expect(
      findings.filter(({ state, part }) => state === 'fail' || (state === 'warn' && part !== 'page')),
    ).toEqual([]);
    expect(of(findings, 'provider REST')).toMatchObject([
      { state: 'ok', says: expect.stringContaining('BTC/USD') as string },
    ]);
    expect(of(findings, 'provider feed')).toMatchObject([
      { state: 'ok', says: 'opens and takes BTCUSD ETHUSD EURUSD XAUUSD' },
    ]);
    expect(of(findings, 'clock')).toMatchObject([{ state: 'ok' }]);
    expect(simulator.community.attempts()).toEqual([]);
  });

  it('lists every problem of a bad configuration and misspelt names of .env', async () => {
    const findings = await look(
      {
        PORT: 'x',
        HISTORY_SIZE: '3',
        TIMEFRAMES: '3h',
        NEWS_FAIL_MODE: 'shut',
        WEBHOOK_URL: 'https://hook.example',
      },
      { TWELVEDATA_KEY_API: 'abc', SPREAD_BPS: '2' },
    );
    expect(of(findings, 'configuration')).toMatchObject([
      { state: 'fail', says: 'PORT: a number is needed' },
      { state: 'fail', says: 'TIMEFRAMES: must be one of 1min, 5min, 15min, 30min, 1h, 2h, 4h, 1day' },
      { state: 'fail', says: 'HISTORY_SIZE: at least 250 is needed' },
      { state: 'fail', says: 'NEWS_FAIL_MODE: must be one of open, closed' },
      { state: 'fail', says: 'WEBHOOK_URL: is set together with WEBHOOK_SECRET, or not at all' },
      {
        state: 'fail',
        says: expect.stringMatching(/^WEBHOOK_URL: is set, but TWELVEDATA_API_KEY is not/) as string,
      },
      {
        state: 'warn',
        says: expect.stringContaining('TWELVEDATA_KEY_API') as string,
        todo: 'is TWELVEDATA_API_KEY meant?',
      },
    ]);
  });

  it('reports a refused key, on both ways to the provider', async () => {
    const findings = await look({ ...onSimulator(), TWELVEDATA_API_KEY: 'not-the-right-key' });
    for (const part of ['provider REST', 'provider feed'])
      expect(of(findings, part)).toMatchObject([
        { state: 'fail', todo: expect.stringContaining('TWELVEDATA_API_KEY') as string },
      ]);
  });

  it('names symbols that the provider does not know', async () => {
    const findings = await look({ ...onSimulator(), SYMBOLS: 'NOSUCH,BTC/USD' });
    expect(of(findings, 'provider feed')).toMatchObject([
      { state: 'fail', says: expect.stringContaining('NOSUCH') as string },
    ]);
  });

  it('reports that the provider cannot be reached', async () => {
    const server = createServer();
    const closed = await served(server);
    await new Promise((done) => server.close(done));
    const findings = await look({
      ...onSimulator(),
      TWELVEDATA_REST_URL: closed,
      TWELVEDATA_WS_URL: closed.replace('http', 'ws'),
      COMMUNITY_TRADING_URL: closed,
    });
    for (const part of ['provider REST', 'provider feed', 'platform'])
      expect(of(findings, part), part).toMatchObject([
        { state: 'fail', says: expect.stringContaining('ECONNREFUSED') as string },
      ]);
  });

  it('compares the clock with the provider’s', async () => {
    const date = new Date(Date.now() - 90_000).toUTCString();
    const server = createServer((_, response) =>
      response
        .writeHead(200, { date, 'content-type': 'application/json' })
        .end('{"values":[],"status":"ok"}'),
    );
    const url = await served(server);
    try {
      const findings = await look({ ...onSimulator(), TWELVEDATA_REST_URL: url });
      expect(of(findings, 'clock')).toMatchObject([
        { state: 'fail', says: expect.stringMatching(/^(?:89|90)\.\d s ahead of/) as string },
      ]);
    } finally {
      server.close();
    }
  });

  it('sees a platform that redirects, one that is away, and one without a key', async () => {
    const server = createServer((_, response) => response.writeHead(307, { location: '/x' }).end());
    const url = await served(server);
    try {
      const redirected = await look({ ...onSimulator(), COMMUNITY_TRADING_URL: url });
      expect(of(redirected, 'platform')).toMatchObject([{ state: 'fail' }]);
    } finally {
      server.close();
    }
    const wrongPath = await look({ ...onSimulator(), COMMUNITY_SIGNAL_PATH: '/elsewhere' });
    expect(of(wrongPath, 'platform')).toMatchObject([
      { state: 'warn', todo: expect.stringContaining('COMMUNITY_SIGNAL_PATH') as string },
    ]);
    const keyless = await look({ ...onSimulator(), COMMUNITY_API_KEY: '' });
    expect(of(keyless, 'configuration')).toMatchObject([
      { state: 'fail', says: expect.stringContaining('COMMUNITY_API_KEY') as string },
    ]);
  });

  it('distinguishes a port that another program holds from one that our own server holds', async () => {
    let answer = 'hello';
    const server = createServer((_, response) => response.end(answer));
    const PORT = new URL(await served(server)).port;
    try {
      expect(of(await look({ ...onSimulator(), PORT }), 'port')).toMatchObject([{ state: 'fail' }]);
      answer = JSON.stringify({ version: '9.9.9', parts: {} });
      const findings = await look({ ...onSimulator(), PORT });
      expect(of(findings, 'port')).toMatchObject([
        { state: 'off', says: expect.stringContaining('9.9.9') as string },
      ]);
      // A second socket would push the running server's out.
      expect(of(findings, 'provider feed')).toMatchObject([{ state: 'off' }]);
    } finally {
      server.close();
    }
  });

  it('asks a running PostgreSQL, and leaves an embedded one that rests alone', async () => {
    const before = await look(onSimulator());
    expect(of(before, 'database')).toMatchObject([
      { state: 'ok', says: expect.stringContaining('will be created') as string },
    ]);
    const options = {
      dataDir: join(folder.path, 'data'),
      rootFolder: join(folder.path, 'lib'),
      log: quiet,
      now: Date.now,
    };
    const store = await openStore(options);
    try {
      expect(of(await look(onSimulator()), 'database')).toMatchObject([
        { state: 'ok', says: expect.stringMatching(/^PostgreSQL 18\.\d+ answers/) as string },
      ]);
      const { host } = store.connection as { host: string };
      const server = (user: string) => `postgres://${user}@${encodeURIComponent(host)}/postgres`;
      const byUrl = await look({ ...onSimulator(), DATABASE_URL: server('anso') });
      expect(of(byUrl, 'database')).toMatchObject([{ state: 'ok' }]);
      const elsewhere = await look({
        ...onSimulator(),
        DATABASE_URL: `${server('anso').slice(0, -'postgres'.length)}nowhere`,
      });
      expect(of(elsewhere, 'database')).toMatchObject([
        { state: 'fail', todo: expect.stringContaining('createdb') as string },
      ]);
      const stranger = await look({ ...onSimulator(), DATABASE_URL: server('nobody') });
      expect(of(stranger, 'database')).toMatchObject([
        { state: 'fail', says: expect.stringContaining('nobody') as string },
      ]);
    } finally {
      await store.close();
    }
    expect(of(await look(onSimulator()), 'database')).toMatchObject([
      { state: 'ok', says: expect.stringContaining('not running') as string },
    ]);
  });

  it('reports where data cannot be written', async () => {
    const findings = await look({
      ...onSimulator(),
      DATABASE_URL: 'postgres://a@127.0.0.1:1/a',
      DATA_DIR: '/proc/anso',
    });
    expect(of(findings, 'data folder')).toMatchObject([{ state: 'fail' }]);
    expect(of(findings, 'database')).toMatchObject([{ state: 'fail' }]);
  });

  it('wants a Redis that keeps what it is given', needs.redis, async () => {
    const redis = await redisProcess();
    const REDIS_URL = redis.url;
    const findings = async () => of(await look({ ...onSimulator(), REDIS_URL }), 'redis');
    try {
      expect(await findings()).toMatchObject([
        { state: 'fail', says: expect.stringContaining('ECONNREFUSED') as string },
      ]);
      await redis.start();
      expect(await findings()).toMatchObject([
        { state: 'ok', says: expect.stringContaining('noeviction') as string },
      ]);
      const client = new Redis(REDIS_URL);
      await client.config('SET', 'maxmemory-policy', 'allkeys-lru');
      await client.config('SET', 'appendonly', 'no');
      client.disconnect();
      expect(await findings()).toMatchObject([
        { state: 'fail', says: expect.stringContaining('allkeys-lru') as string },
        { state: 'warn', says: expect.stringContaining('appendonly') as string },
      ]);
    } finally {
      await redis.dispose();
    }
  });

  it('is a command that exits with 1 where something fails, and prints no secret', async () => {
    const command = (variables: Record<string, string>) =>
      new Promise<{ code: number; output: string }>((done) => {
        execFile(
          process.execPath,
          [join(import.meta.dirname, '../../cli/doctor.ts')],
          { env: { ...plainShell(), ...variables }, cwd: folder.path },
          (error, stdout, stderr) =>
            done({ code: typeof error?.code === 'number' ? error.code : 0, output: stdout + stderr }),
        );
      });
    const good = await command(onSimulator());
    expect(good, good.output).toMatchObject({ code: 0 });
    const bad = await command({
      ...onSimulator(),
      TWELVEDATA_API_KEY: 'canary-provider-key',
      API_KEYS: 'canary-one-key, canary-two-key',
      DATABASE_URL: 'postgres://anso:canary-password@127.0.0.1:1/anso',
      REDIS_URL: 'redis://:canary-redis@127.0.0.1:1',
      DISCORD_WEBHOOK_URL: 'https://discord.com/api/webhooks/1/canary-discord',
    });
    expect(bad.code).toBe(1);
    expect(bad.output).toContain('FAIL');
    expect(bad.output).not.toContain('canary');
  });
});

function* endless(): Generator<Buffer> {
  for (;;) yield Buffer.alloc(65_536, ' ');
}

describe('doctor on the services beside the provider', () => {
  it('asks calendar, news and analyser, and says why one does not answer', async () => {
    const answers: Record<string, string> = {
      '/week.json': JSON.stringify([
        { title: 'CPI', country: 'USD', date: '2026-11-27T08:30:00-05:00', impact: 'High' },
      ]),
      '/v2/articles': JSON.stringify({ articles: [] }),
    };
    const keys: unknown[] = [];
    const server = createServer((request, response) => {
      keys.push(request.headers['x-api-key']);
      response.end(answers[request.url ?? ''] ?? '{}');
    });
    const base = await served(server);
    const well = await look({
      ...onSimulator(),
      CALENDAR_URL: `${base}/week.json`,
      FINLIGHT_URL: base,
      FINLIGHT_API_KEY: 'finlight-canary',
      BACKEND_URL: base,
    });
    expect(of(well, 'calendar')).toMatchObject([{ state: 'ok', says: expect.stringMatching(/1 events/) }]);
    expect(of(well, 'news')).toMatchObject([{ state: 'ok' }]);
    expect(of(well, 'backend')).toMatchObject([{ state: 'ok' }]);
    // The analyser's is not shown to whoever listens there.
    expect(keys.filter((key) => key !== undefined)).toEqual(['finlight-canary']);
    server.close();
    const { host } = new URL(base);
    const away = await look({
      ...onSimulator(),
      CALENDAR_URL: `${base}/week.json`,
      NEWS_FAIL_MODE: 'closed',
      FINLIGHT_URL: base,
      FINLIGHT_API_KEY: 'finlight-canary',
      BACKEND_URL: base,
    });
    const why = expect.stringContaining(`ECONNREFUSED ${host}: nothing listens there`) as string;
    expect(of(away, 'calendar')).toMatchObject([{ state: 'fail', says: why }]);
    expect(of(away, 'news')).toMatchObject([{ state: 'warn', says: why }]);
    expect(of(away, 'backend')).toMatchObject([{ state: 'fail', says: why }]);
  });

  it('takes an analyser that redirects GET, and reads no more of a calendar than fits', async () => {
    const server = createServer((request, response) => {
      if (request.url === '/endless') Readable.from(endless()).pipe(response);
      else response.writeHead(307, { location: '/docs' }).end();
    });
    const base = await served(server);
    const findings = await look({ ...onSimulator(), CALENDAR_URL: `${base}/endless`, BACKEND_URL: base });
    expect(of(findings, 'backend')).toMatchObject([
      { state: 'ok', says: expect.stringContaining('(307 to GET)') as string },
    ]);
    expect(of(findings, 'calendar')).toMatchObject([
      { state: 'warn', says: expect.stringContaining('more than 2097152 bytes') as string },
    ]);
    server.close();
  });
});

describe('doctor --send-test', () => {
  const heard: { url: string; body: string }[] = [];
  let server: Server;
  let base: string;
  beforeAll(async () => {
    server = createServer((request, response) => {
      let body = '';
      request.on('data', (chunk: Buffer) => (body += chunk.toString()));
      request.on('end', () => {
        const url = request.url ?? '';
        heard.push({ url, body });
        response.setHeader('content-type', 'application/json');
        if (url.startsWith('/lookup')) response.writeHead(404).end('{"found":false}');
        else if (url.startsWith('/bot')) response.end('{"ok":true,"result":{"message_id":7}}');
        else response.end('{"id":"42"}');
      });
    });
    base = await served(server);
  });
  afterAll(() => server.close());
  const run = (args: string[], more: Record<string, string> = {}) =>
    new Promise<{ code: number; out: string; err: string }>((done) => {
      execFile(
        process.execPath,
        [join(import.meta.dirname, '../../cli/doctor.ts'), ...args],
        {
          cwd: folder.path,
          env: {
            ...plainShell(),
            ...onSimulator(),
            COMMUNITY_TRADING_URL: base,
            COMMUNITY_API_KEY: 'platform-canary',
            TELEGRAM_URL: base,
            TELEGRAM_BOT_TOKEN: '123:telegram-canary',
            TELEGRAM_CHAT_ID: '-100',
            DISCORD_WEBHOOK_URL: `${base}/hook/discord-canary`,
            WEBHOOK_URL: `${base}/mine`,
            WEBHOOK_SECRET: 'webhook-canary',
            ...more,
          },
        },
        (error, out, err) => done({ code: error === null ? 0 : Number(error.code ?? -1), out, err }),
      );
    });

  it('sends each channel a message in which nobody finds a trade, and the platform nothing', async () => {
    heard.length = 0;
    const all = ['telegram', 'discord', 'webhook', 'community'].flatMap((name) => ['--send-test', name]);
    const { code, out } = await run(all, { COMMUNITY_LOOKUP_PATH: '/lookup' });
    expect(code).toBe(0);
    expect(out.match(/^ok /gm)).toHaveLength(4);
    const posts = heard.filter(({ url }) => !url.startsWith('/lookup'));
    expect(posts).toHaveLength(3);
    for (const { body } of posts) {
      expect(body).toMatch(/a test of this channel/);
      expect(body).not.toMatch(/buy|sell|long|short|entry|\btp\b|\bsl\b|USD|"signal"/i);
    }
    expect(posts.find(({ url }) => url === '/mine')?.body).toMatch(/^\{"type":"test",/);
    expect(out).not.toMatch(/canary/);
  });

  it('leaves a platform that cannot be asked alone, and says why a channel did not take it', async () => {
    heard.length = 0;
    const refused = await run(['--send-test', 'community']);
    expect(refused).toMatchObject({ code: 1, out: expect.stringMatching(/a test would be a trade/) });
    expect(heard).toEqual([]);
    const port = new URL(base).port;
    const closed = await run(['--send-test', 'webhook'], { WEBHOOK_URL: `https://127.0.0.1:${port}/mine` });
    expect(closed).toMatchObject({ code: 1, out: expect.stringMatching(/no TLS is spoken there/) });
    expect(await run(['--send-test', 'sms'])).toMatchObject({ code: 64 });
  });
});

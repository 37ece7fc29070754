import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buildServedPage } from './build-page.ts';

export interface DemoServer {
  readonly url: string;
  readonly start: () => Promise<void>;
  /** SIGTERM, as a restart for an upgrade does it. */
  readonly stop: () => Promise<void>;
  /** What the community platform answers from now on. */
  readonly platform: { status: number };
  readonly close: () => Promise<void>;
}

const root = join(import.meta.dirname, '../..');

/** The whole server on its bundled simulator, started as users start it, with a community platform that can refuse. */
export async function demoServer(
  apiKey: string,
  more: Readonly<Record<string, string>> = {},
): Promise<DemoServer> {
  await buildServedPage();
  const dataDir = await mkdtemp(join(tmpdir(), 'anso-demo-'));
  const platform = { status: 200 };
  const stranger = createServer((request, response) => {
    request.resume();
    response.writeHead(platform.status, { 'content-type': 'application/json' });
    response.end(
      platform.status === 200 ? '{"status":"stored"}' : '{"error":"the platform is being rebuilt"}',
    );
  });
  await once(stranger.listen(0, '127.0.0.1'), 'listening');
  const port = await freePort();
  const folders = new Set([dataDir]);
  let child: ChildProcess | undefined;

  const start = async () => {
    const started = spawn(process.execPath, ['main.ts'], {
      cwd: root,
      stdio: ['ignore', 'pipe', 'inherit'],
      env: {
        PATH: process.env['PATH'],
        PORT: String(port),
        DATA_DIR: dataDir,
        SYMBOLS: 'BTC/USD,EUR/USD,XAU/USD',
        TIMEFRAMES: '1min,5min',
        RISK_MIN_SPACING_MIN: '0',
        RISK_MAX_PER_HOUR: '100',
        RISK_MAX_PER_DAY: '100',
        NEWS_WINDOW_BEFORE_MIN: '0',
        NEWS_WINDOW_AFTER_MIN: '0',
        COMMUNITY_TRADING_URL: `http://127.0.0.1:${(stranger.address() as AddressInfo).port}`,
        COMMUNITY_API_KEY: 'of-the-stranger',
        DEMO_POSTS: 'true',
        DEMO_HISTORY: 'false',
        API_KEYS: apiKey,
        LOG_PRETTY: 'false',
        ...more,
      },
    });
    child = started;
    await new Promise<void>((resolve, reject) => {
      let text = '';
      started.on('exit', (code) => reject(new Error(`the server ended with ${code}:\n${text}`)));
      started.stdout.on('data', (chunk: Buffer) => {
        text = (text + chunk.toString()).slice(-20_000);
        const folder = /"folder":"(\/var\/lib\/anso-vision\/[0-9a-f]+)/.exec(text)?.[1];
        if (folder !== undefined) folders.add(folder);
        if (text.includes('"msg":"serving"')) resolve();
      });
    });
  };
  const stop = async () => {
    const ending = child;
    child = undefined;
    if (ending === undefined) return;
    ending.removeAllListeners('exit');
    const gone = once(ending, 'exit');
    ending.kill('SIGTERM');
    await gone;
  };
  await start();
  return {
    url: `http://127.0.0.1:${port}`,
    start,
    stop,
    platform,
    close: async () => {
      await stop();
      stranger.closeAllConnections();
      stranger.close();
      for (const folder of folders) await rm(folder, { recursive: true, force: true });
    },
  };
}

async function freePort(): Promise<number> {
  const server = createServer();
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

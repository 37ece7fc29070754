import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chromium, type Page } from 'playwright-core';
import { WebSocket } from 'ws';
import { chromiumArguments, chromiumPath } from '../test/e2e/browser.ts';

/** Seconds of processor time since the start of each process. */
interface ProcessTimes {
  readonly processInfo: readonly { readonly id: number; readonly type: string; readonly cpuTime: number }[];
}

export interface WatchedBrowser {
  /** Shares of one core over `seconds`: all processes together, and the page's own. */
  readonly cpuShare: (seconds: number) => Promise<{ all: number; page: number }>;
  /** Attaches to the page, to ask what it shows. What is measured afterwards includes the inspector. */
  readonly inspect: () => Promise<Page>;
  readonly close: () => Promise<void>;
}

/**
 * Chromium on one page with nothing attached to it, as at home: an inspector, playwright's too, copies each frame of a
 * WebSocket to itself.
 */
export async function watchBrowser(url: string): Promise<WatchedBrowser> {
  const folder = await mkdtemp(join(tmpdir(), 'anso-browser-'));
  const child = spawn(
    chromiumPath,
    [
      ...chromiumArguments,
      '--remote-debugging-port=0',
      `--user-data-dir=${folder}`,
      '--window-size=1440,900',
      url,
    ],
    { stdio: ['ignore', 'ignore', 'pipe'] },
  );
  const endpoint = await new Promise<string>((resolve, reject) => {
    let text = '';
    child.on('exit', (code) => reject(new Error(`Chromium ended with ${code}:\n${text}`)));
    child.stderr.on('data', (chunk: Buffer) => {
      text += chunk.toString();
      const found = /ws:\/\/\S+/.exec(text)?.[0];
      if (found !== undefined) resolve(found);
    });
  });
  const socket = new WebSocket(endpoint);
  await once(socket, 'open');
  const times = async (): Promise<ProcessTimes['processInfo']> => {
    socket.send('{"id":1,"method":"SystemInfo.getProcessInfo"}');
    const [data] = (await once(socket, 'message')) as [Buffer];
    return (JSON.parse(data.toString()) as { result: ProcessTimes }).result.processInfo;
  };
  return {
    cpuShare: async (seconds) => {
      const before = new Map((await times()).map(({ id, cpuTime }) => [id, cpuTime]));
      const start = performance.now();
      await new Promise((resolve) => setTimeout(resolve, seconds * 1000));
      const after = await times();
      const elapsed = (performance.now() - start) / 1000;
      const share = (some: typeof after) =>
        some.reduce((sum, { id, cpuTime }) => sum + (cpuTime - (before.get(id) ?? 0)) / elapsed, 0);
      return { all: share(after), page: share(after.filter(({ type }) => type === 'renderer')) };
    },
    inspect: async () => (await chromium.connectOverCDP(endpoint)).contexts()[0]!.pages()[0]!,
    close: async () => {
      socket.close();
      child.removeAllListeners('exit');
      const gone = once(child, 'exit');
      child.kill('SIGTERM');
      await gone;
      await rm(folder, { recursive: true, force: true, maxRetries: 5 });
    },
  };
}

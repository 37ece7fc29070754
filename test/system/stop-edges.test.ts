import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { childrenOf, killIfThere } from '../support/services/postgres.ts';
import { plainShell } from '../support/plain-shell.ts';
import { dataFolder } from '../support/server.ts';
import { isReady, saysWhy, stopsInTime } from '../support/still-answers.ts';
import { until } from '../support/until.ts';
import { createWorld, postClose, sleep } from '../support/world.ts';

const cleanUp: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const step of cleanUp.splice(0).reverse()) await step();
});

/** Does our program listen to signals? Node itself handles SIGTERM and SIGINT, but not SIGHUP: the first bit of SigCgt. */
async function listens(pid: number): Promise<boolean> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8');
  return (Number.parseInt(/^SigCgt:.*([0-9a-f])$/m.exec(status)![1]!, 16) & 1) === 1;
}

describe.skipIf(process.platform !== 'linux')('a server whose modules still load', () => {
  it.each([
    ['SIGTERM', 0],
    ['SIGHUP', 0],
    ['SIGINT', 0],
    ['SIGTERM', 60],
    ['SIGTERM', 150],
    ['SIGTERM', 300],
    ['SIGTERM', 500],
  ] as const)('exits 0 on %s, %i ms after it listens to signals', async (signal, afterMs) => {
    const folder = await dataFolder();
    cleanUp.push(() => folder.remove());
    const server = spawn(process.execPath, [join(import.meta.dirname, '../../main.ts')], {
      env: { ...plainShell(), PORT: '0', LOG_PRETTY: 'false', DATA_DIR: folder.path },
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    cleanUp.push(async () => void server.kill('SIGKILL'));
    let output = '';
    server.stdout.on('data', (chunk: Buffer) => (output += chunk.toString()));
    const exited = once(server, 'exit');
    await until(() => listens(server.pid!));
    if (afterMs === 0) expect(output).toBe('');
    await sleep(afterMs);
    server.kill(signal);
    expect(await exited).toEqual([0, null]);
  });
});

describe('a server', () => {
  it('stops in order when its terminal closes', async () => {
    const world = await createWorld();
    cleanUp.push(() => world.dispose());
    const server = await world.start();
    expect(await server.stop('SIGHUP')).toBe(0);
    expect(server.log.at(-1)?.msg).toBe('stopped');
  });

  it('whose postmaster is frozen alone, while its sessions answer, stops in time and says what it left behind', async () => {
    const world = await createWorld();
    cleanUp.push(() => world.dispose());
    const server = await world.start();
    await isReady(server);
    const { pid = 0 } = await world.folder.database();
    process.kill(pid, 'SIGSTOP');
    cleanUp.push(async () => killIfThere(pid, 'SIGCONT'));
    await stopsInTime(server);
    expect(server.log.find(({ msg }) => /hangs and was left behind/.test(msg))).toMatchObject({ pid });
  });

  it('that posts to four channels stops in time though the database of all is frozen', async () => {
    const nowhere = 'http://127.0.0.1:1/hook';
    const world = await createWorld({
      WEBHOOK_URL: nowhere,
      WEBHOOK_SECRET: 'frozen-secret-of-the-hook',
      DISCORD_WEBHOOK_URL: nowhere,
      TELEGRAM_BOT_TOKEN: '1:frozen-token',
      TELEGRAM_CHAT_ID: '1',
      TELEGRAM_URL: 'http://127.0.0.1:1',
    });
    cleanUp.push(() => world.dispose());
    const server = await world.start();
    await isReady(server);
    await postClose(server, 'FOUR');
    const { pid = 0 } = await world.folder.database();
    const all = [pid, ...(await childrenOf(pid))];
    for (const one of all) killIfThere(one, 'SIGSTOP');
    cleanUp.push(async () => all.forEach((one) => killIfThere(one, 'SIGCONT')));
    await saysWhy(server, /^store: /);
    await stopsInTime(server);
  });
});

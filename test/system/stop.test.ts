import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { until } from '../support/until.ts';
import { dataFolder } from '../support/server.ts';
import { plainShell } from '../support/plain-shell.ts';

/** `npm start` in a process group of its own, as a shell starts it. */
async function npmStart(dataDir: string) {
  const npm = spawn('npm', ['start'], {
    cwd: join(import.meta.dirname, '../..'),
    env: {
      ...plainShell(),
      HOME: process.env['HOME'],
      PORT: '0',
      DATA_DIR: dataDir,
      LOG_PRETTY: 'false',
    },
    stdio: ['ignore', 'pipe', 'inherit'],
    detached: true,
  });
  let output = '';
  npm.stdout.on('data', (chunk: Buffer) => (output += chunk.toString()));
  const said = (message: string, ms = 40_000) => until(() => output.includes(`"msg":"${message}"`), ms);
  const ended = once(npm, 'exit');
  await said('serving');
  return { npm, said, ended };
}

const killGroup = (npm: ChildProcess, signal: NodeJS.Signals) => process.kill(-npm.pid!, signal);

describe('npm start', () => {
  it('stops in order on Ctrl-C, which reaches the server twice, and on a SIGTERM to npm alone', async () => {
    const folder = await dataFolder();
    try {
      const first = await npmStart(folder.path);
      // The terminal signals the whole group, and npm passes its own on.
      killGroup(first.npm, 'SIGINT');
      await first.said('stopped');
      await first.ended;

      const second = await npmStart(folder.path);
      second.npm.kill('SIGTERM');
      await second.said('stopped');
      await second.ended;
      expect(() => killGroup(second.npm, 'SIGKILL')).toThrow('ESRCH');
    } finally {
      await folder.remove();
    }
  });
});

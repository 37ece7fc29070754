import { spawn, type ChildProcess } from 'node:child_process';
import { temporaryFolder } from './database.ts';
import { freePort } from '../free-port.ts';
import { ownTime } from '../own-time.ts';

export interface RedisProcess {
  readonly url: string;
  start(): Promise<void>;
  kill(signal: NodeJS.Signals): Promise<void>;
  dispose(): Promise<void>;
}

/** A real redis-server of our own on a free loopback port, not yet started; keeps its data over restarts. `more`: of its command line. */
export async function redisProcess(...more: string[]): Promise<RedisProcess> {
  const folder = await temporaryFolder();
  const port = await freePort();
  let child: ChildProcess | undefined;
  const kill = async (signal: NodeJS.Signals) => {
    if (child === undefined) return;
    const gone = new Promise((done) => child!.once('exit', done));
    child.kill(signal);
    if (signal === 'SIGSTOP' || signal === 'SIGCONT') return;
    await gone;
    child = undefined;
  };
  return {
    url: `redis://127.0.0.1:${port}`,
    kill,
    async start() {
      child = spawn(
        'redis-server',
        [
          '--port',
          String(port),
          '--bind',
          '127.0.0.1',
          '--dir',
          folder.path,
          '--appendonly',
          'yes',
          '--save',
          '',
          ...more,
        ],
        { stdio: ['ignore', 'pipe', 'ignore'], env: ownTime() },
      );
      await new Promise<void>((ready, fail) => {
        child!.once('exit', () => fail(new Error('redis-server ended at once')));
        child!.stdout!.on('data', (text: Buffer) => {
          if (text.toString().includes('Ready to accept connections')) ready();
        });
      });
    },
    async dispose() {
      if (child !== undefined) child.kill('SIGCONT');
      await kill('SIGKILL');
      await folder.remove();
    },
  };
}

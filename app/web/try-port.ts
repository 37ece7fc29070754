import { createServer } from 'node:net';
import type { Config } from '../../config.ts';
import { listenOn } from './listen-on.ts';

/** Takes the configured port for a moment, and throws where it cannot be had: known before the work of a start, not after it. */
export async function tryPort(config: Pick<Config, 'HOST' | 'PORT'>): Promise<void> {
  const server = createServer((socket) => socket.destroy());
  await listenOn(server, config);
  await new Promise((done) => server.close(done));
}

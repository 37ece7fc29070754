import { type AddressInfo, createServer, type Socket } from 'node:net';
import { describe, expect, it } from 'vitest';
import { openLockSession } from '../../store/term/lock-session.ts';
import { patience } from '../support/patience.ts';

/** The first words of PostgreSQL to a client: no password is needed, and it is ready. */
const welcome = Buffer.from([
  ...Buffer.from('R'),
  0,
  0,
  0,
  8,
  0,
  0,
  0,
  0,
  ...Buffer.from('Z'),
  0,
  0,
  0,
  5,
  ...Buffer.from('I'),
]);

describe('openLockSession', () => {
  it('fails within seconds where the database falls silent once it has let the client in', async () => {
    const sockets: Socket[] = [];
    const server = createServer((socket) => {
      sockets.push(socket);
      socket.on('error', () => {});
      socket.once('data', () => socket.write(welcome));
    });
    await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
    const { port } = server.address() as AddressInfo;
    const asked = performance.now();
    const connection = { connectionString: `postgresql://anso@127.0.0.1:${port}/postgres` };
    try {
      await expect(openLockSession({ connection, idleMs: 6000 })).rejects.toThrow(
        'the database has not answered for 2000 ms',
      );
      expect(performance.now() - asked).toBeLessThan(6000 * patience());
    } finally {
      for (const socket of sockets) socket.destroy();
      await new Promise((done) => server.close(done));
    }
  });
});

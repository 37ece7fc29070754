import type { Server } from 'node:http';
import type { Socket } from 'node:net';
import { limitKey, parseAddress } from './address.ts';

/** Closes each connection of an address beyond `perAddress` at once, whatever would be sent on it. */
export function limitConnections(server: Server, perAddress: number): void {
  const held = new Map<string, number>();
  server.on('connection', (socket: Socket) => {
    const key = limitKey(parseAddress(socket.remoteAddress ?? ''));
    const count = (held.get(key) ?? 0) + 1;
    if (count > perAddress) {
      socket.destroy();
      return;
    }
    held.set(key, count);
    socket.once('close', () => {
      const left = held.get(key)! - 1;
      if (left > 0) held.set(key, left);
      else held.delete(key);
    });
  });
}

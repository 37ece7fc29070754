import { createServer, type IncomingMessage, type RequestListener, type Server } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';

/** An HTTP server on loopback that can be stopped and restarted on its port. */
export interface LoopbackServer {
  readonly port: number;
  readonly url: string;
  /** Stops listening and resets every connection: further ones are refused. */
  readonly stop: () => Promise<void>;
  readonly restart: () => Promise<void>;
}

export interface LoopbackOptions {
  readonly host?: string;
  /** 0 for a free one. @default 0 */
  readonly port?: number;
  readonly onUpgrade?: (request: IncomingMessage, socket: Socket, head: Buffer) => void;
}

export async function startLoopback(
  listener: RequestListener,
  options: LoopbackOptions = {},
): Promise<LoopbackServer> {
  const { host = '127.0.0.1', onUpgrade } = options;
  const sockets = new Set<Socket>();
  let server: Server | undefined;

  const listen = async (port: number) => {
    const next = createServer(listener);
    next.on('connection', (socket) => {
      sockets.add(socket);
      socket.on('error', () => socket.destroy());
      socket.once('close', () => sockets.delete(socket));
    });
    if (onUpgrade) next.on('upgrade', onUpgrade);
    await new Promise<void>((resolve, reject) => {
      next.once('error', reject);
      next.listen(port, host, resolve);
    });
    server = next;
    return (next.address() as AddressInfo).port;
  };
  const port = await listen(options.port ?? 0);

  const stop = async () => {
    const running = server;
    server = undefined;
    if (running === undefined) return;
    const closed = new Promise<void>((resolve) => running.close(() => resolve()));
    for (const socket of sockets) socket.destroy();
    await closed;
  };
  return {
    port,
    url: `http://${host.includes(':') ? `[${host}]` : host}:${port}`,
    stop,
    restart: async () => {
      await stop();
      await listen(port);
    },
  };
}

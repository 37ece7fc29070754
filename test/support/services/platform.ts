import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { Socket } from 'node:net';

interface Received {
  readonly path: string;
  readonly id: string;
  readonly at: number;
  readonly headers: IncomingMessage['headers'];
  readonly body: Record<string, unknown>;
}

type Answer = (response: ServerResponse, received: Received, socket: Socket) => void;

/** What a platform that works answers. */
export const store: Answer = (response, { id, body }) => {
  response.writeHead(200, { 'Content-Type': 'application/json' });
  response.end(
    JSON.stringify({
      message: 'ok',
      signal_id: `p-${id}`,
      status: 'stored',
      symbol: body['symbol'],
      action: body['action'],
    }),
  );
};
export const status =
  (code: number, headers: Record<string, string> = {}): Answer =>
  (response) => {
    response.writeHead(code, headers);
    response.end(JSON.stringify({ detail: `status ${code}` }));
  };

/** A community platform that answers as it is told, on a real socket. */
export interface Platform {
  readonly url: string;
  /** Every request whose body came whole, in order. */
  readonly received: Received[];
  /** The answer of every further request, or a function that chooses one. */
  answer: Answer;
  close(): Promise<void>;
}

export async function platform(onPort = 0): Promise<Platform> {
  const received: Received[] = [];
  const sockets = new Set<Socket>();
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('error', () => {});
    request.on('end', () => {
      const body = JSON.parse(Buffer.concat(chunks).toString()) as Record<string, unknown>;
      const got = {
        path: request.url ?? '',
        id: String(body['signal_id']),
        at: Date.now(),
        headers: request.headers,
        body,
      };
      received.push(got);
      it.answer(response, got, request.socket);
    });
  });
  server.on('connection', (socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
    socket.on('error', () => {});
  });
  await new Promise<void>((done) => server.listen(onPort, '127.0.0.1', done));
  const { port } = server.address() as { port: number };
  const it: Platform = {
    url: `http://127.0.0.1:${port}`,
    received,
    answer: store,
    close: async () => {
      for (const socket of sockets) socket.destroy();
      await new Promise((done) => server.close(done));
    },
  };
  return it;
}

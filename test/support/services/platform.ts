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

/** Sends JSON. */
export const says = (response: ServerResponse, code: number, body: object): void =>
  void response.writeHead(code, { 'Content-Type': 'application/json' }).end(JSON.stringify(body));

/** A community platform that answers as it is told, on a real socket. */
export interface Platform {
  readonly url: string;
  /** Every request whose body came whole, in order. */
  readonly received: Received[];
  /** The answer of every further request, or a function that chooses one. */
  answer: Answer;
  /** The answer to a GET at /lookup for an Idempotency-Key. @default 404, as of a wrong path */
  lookup: (response: ServerResponse, id: string) => void;
  /** Idempotency-Keys that were looked up, in order. */
  readonly lookups: string[];
  close(): Promise<void>;
}

export async function platform(onPort = 0): Promise<Platform> {
  const received: Received[] = [];
  const lookups: string[] = [];
  const sockets = new Set<Socket>();
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('error', () => {});
    request.on('end', () => {
      if (request.method === 'GET') {
        const id = String(request.headers['idempotency-key']);
        lookups.push(id);
        it.lookup(response, id);
        return;
      }
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
    lookup: (response) => says(response, 404, { detail: 'Not Found' }),
    lookups,
    close: async () => {
      for (const socket of sockets) socket.destroy();
      await new Promise((done) => server.close(done));
    },
  };
  return it;
}

import { createServer as createHttpServer, STATUS_CODES, type Server } from 'node:http';
import type { Duplex } from 'node:stream';
import type Koa from 'koa';
import type { ErrorAnswer } from '../schema/rest.ts';
import { limitConnections } from './guards/limit-connections.ts';

export interface ConnectionLimits {
  /** WebSockets that there may be in all. */
  readonly maxConnections: number;
  /** Connections that one address may hold, whatever it sends on them. @default no limit, as behind a proxy */
  readonly perAddress?: number;
}

/**
 * The HTTP server of the app, not yet listening. Slow senders are disconnected: headers within 10 s, the whole request
 * within 30 s, an idle connection after a minute.
 */
export function createServer(app: Koa, { maxConnections, perAddress = Infinity }: ConnectionLimits): Server {
  const handle = app.callback();
  const server = createHttpServer(
    {
      headersTimeout: 10_000,
      requestTimeout: 30_000,
      keepAliveTimeout: 60_000,
      connectionsCheckingInterval: 2_000,
      maxHeaderSize: 16_384,
    },
    (request, response) => void handle(request, response),
  );
  server.maxHeadersCount = 100;
  server.setTimeout(60_000);
  // Room for REST beside the WebSockets, each of which has its own limit.
  server.maxConnections = maxConnections + 1_000;
  limitConnections(server, perAddress);
  server.on('clientError', (error: NodeJS.ErrnoException & { reason?: string }, socket: Duplex) => {
    if (!socket.writable || error.code === 'ECONNRESET') {
      socket.destroy();
      return;
    }
    const status = statuses[error.code ?? ''] ?? 400;
    // The parser's reasons are constants: they repeat nothing of the request.
    const why = error.reason === undefined ? '' : `: ${error.reason}`;
    refuse(
      socket,
      status,
      status === 408 ? 'timeout' : 'bad_request',
      `${STATUS_CODES[status] ?? 'Bad Request'}${why}`,
    );
  });
  return server;
}

const statuses: Readonly<Record<string, number>> = {
  ERR_HTTP_REQUEST_TIMEOUT: 408,
  HPE_HEADER_OVERFLOW: 431,
};

/** Sends an error in the usual shape on a bare socket, and closes it. */
export function refuse(
  socket: Duplex,
  status: number,
  code: string,
  error: string,
  headers: Readonly<Record<string, string>> = {},
): void {
  const body = JSON.stringify({ success: false, error, code } satisfies ErrorAnswer);
  const head = [
    `HTTP/1.1 ${status} ${STATUS_CODES[status] ?? ''}`,
    'Content-Type: application/json; charset=utf-8',
    `Content-Length: ${Buffer.byteLength(body)}`,
    'Connection: close',
    ...Object.entries({
      ...(status === 429 || status === 503 ? { 'Retry-After': '5' } : {}),
      ...headers,
    }).map(([name, value]) => `${name}: ${value}`),
  ];
  socket.once('finish', () => socket.destroy());
  socket.end(`${head.join('\r\n')}\r\n\r\n${body}`);
}

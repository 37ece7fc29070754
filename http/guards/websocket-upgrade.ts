import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { Counter, type Registry } from 'prom-client';
import { WebSocketServer, type WebSocket } from 'ws';
import { requestFault } from './clean-request.ts';
import { refuse } from '../create-server.ts';
import { Problem } from '../problem.ts';
import { limitKey } from './address.ts';
import { presentedKey } from './api-key.ts';
import { clientAddress } from './client-address.ts';
import type { KeyCheck } from './key-check.ts';
import { isOriginAllowed } from './origin.ts';
import { withOneSlash } from './one-slash.ts';
import { hostProblem } from './own-host.ts';

/** Takes an open socket; `address` is what limits count its client by. */
type Accept = (socket: WebSocket, request: IncomingMessage, address: string) => void;

export interface WebsocketUpgradeOptions {
  /** What takes the sockets of each path. */
  readonly feeds: Readonly<Record<string, { accept: Accept }>>;
  readonly allowedOrigins: readonly string[];
  readonly trustProxy: number;
  readonly keys: Pick<KeyCheck, 'check'>;
  readonly maxConnections: number;
  readonly maxConnectionsPerIp: number;
  readonly maxFrameBytes: number;
  readonly registry: Registry;
}

export interface WebsocketUpgrade {
  /** For the server's `upgrade` event. */
  readonly handle: (request: IncomingMessage, socket: Duplex, head: Buffer) => void;
  /** Refuses from now on; open sockets belong to their feeds. */
  readonly stop: () => void;
  readonly sizes: () => { connections: number; addresses: number };
}

/** Decides before the upgrade who gets a WebSocket: path, Host, Origin, key, limits. Refusals are HTTP answers. */
export function websocketUpgrade(options: WebsocketUpgradeOptions): WebsocketUpgrade {
  const server = new WebSocketServer({
    noServer: true,
    clientTracking: false,
    perMessageDeflate: false,
    maxPayload: options.maxFrameBytes,
    maxFragments: 16,
    autoPong: false,
    // One frame of a connection a turn: a read may hold thousands of small ones.
    allowSynchronousEvents: false,
  });
  const refusals = new Counter({
    name: 'anso_ws_refusals_total',
    help: 'Refused WebSocket upgrades.',
    labelNames: ['code'],
    registers: [options.registry],
  });
  const perAddress = new Map<string, number>();
  let connections = 0;
  let stopping = false;

  /** Throws a Problem for who gets no WebSocket. */
  const admit = (request: IncomingMessage, path: string, address: string): void => {
    if (stopping) throw new Problem(503, 'stopping', 'the server stops');
    const fault = requestFault(request);
    if (fault !== undefined) throw new Problem(400, 'bad_request', fault);
    if (!Object.hasOwn(options.feeds, path))
      throw new Problem(404, 'not_found', 'WebSockets are at /ws and /ws/signals');
    if (request.method !== 'GET' || request.headers.upgrade?.toLowerCase() !== 'websocket') {
      throw new Problem(400, 'bad_request', 'this is not a WebSocket handshake');
    }
    const foreign = hostProblem(request, options.trustProxy);
    if (foreign !== undefined) throw foreign;
    if (!isOriginAllowed(request, options.allowedOrigins)) {
      throw new Problem(403, 'foreign_origin', 'this origin is not in ALLOWED_ORIGINS');
    }
    const key = presentedKey(request.headers);
    if (key !== undefined) options.keys.check(request, key);
    if (connections >= options.maxConnections) {
      throw new Problem(
        503,
        'too_many_connections',
        `this server takes ${options.maxConnections} connections`,
      );
    }
    if ((perAddress.get(address) ?? 0) >= options.maxConnectionsPerIp) {
      throw new Problem(
        429,
        'too_many_connections',
        `at most ${options.maxConnectionsPerIp} connections an address`,
      );
    }
  };

  const count = (address: string, change: number) => {
    connections += change;
    const left = (perAddress.get(address) ?? 0) + change;
    if (left > 0) perAddress.set(address, left);
    else perAddress.delete(address);
  };

  return {
    handle: (request, socket, head) => {
      // Node hands the socket over bare; an error nobody listens to would end the process.
      socket.on('error', () => socket.destroy());
      // A slash at its end is taken, as the routes take it.
      const path = withOneSlash(request.url ?? '')
        .split('?', 1)[0]!
        .replace(/\/$/, '');
      const address = limitKey(clientAddress(request, options.trustProxy));
      try {
        admit(request, path, address);
      } catch (error) {
        if (!(error instanceof Problem)) throw error;
        refusals.inc({ code: error.code });
        return refuse(socket, error.status, error.code, error.message, error.headers);
      }
      count(address, 1);
      socket.once('close', () => count(address, -1));
      server.handleUpgrade(request, socket, head, (websocket) =>
        options.feeds[path]!.accept(websocket, request, address),
      );
    },
    stop: () => {
      stopping = true;
    },
    sizes: () => ({ connections, addresses: perAddress.size }),
  };
}

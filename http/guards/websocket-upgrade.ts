import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { Counter, type Registry } from 'prom-client';
import { WebSocketServer, type WebSocket } from 'ws';
import { isKnownKey, presentedKey } from './api-key.ts';
import { requestFault } from './clean-request.ts';
import { clientAddress, limitKey } from './client-address.ts';
import { refuse } from '../create-server.ts';
import { isForeignHost, isOriginAllowed } from './origin.ts';

/** Takes an open socket; `address` is what limits count its client by. */
type Accept = (socket: WebSocket, request: IncomingMessage, address: string) => void;

export interface WebsocketUpgradeOptions {
  /** What takes the sockets of each path. */
  readonly feeds: Readonly<Record<string, { accept: Accept }>>;
  readonly allowedOrigins: readonly string[];
  readonly trustProxy: number;
  readonly apiKeys: readonly string[];
  /** Refuse clients without a key. @default false: only a wrong key is refused */
  readonly requireKey?: boolean;
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

  const refusalOf = (request: IncomingMessage, path: string, address: string): Refusal | undefined => {
    if (stopping) return [503, 'stopping', 'the server stops'];
    const fault = requestFault(request);
    if (fault !== undefined) return [400, 'bad_request', fault];
    if (!Object.hasOwn(options.feeds, path))
      return [404, 'not_found', 'WebSockets are at /ws and /ws/signals'];
    if (request.method !== 'GET' || request.headers.upgrade?.toLowerCase() !== 'websocket') {
      return [400, 'bad_request', 'this is not a WebSocket handshake'];
    }
    if (isForeignHost(request, options.trustProxy)) {
      return [403, 'foreign_host', 'this Host is not served on loopback; behind a proxy set TRUST_PROXY'];
    }
    if (!isOriginAllowed(request, options.allowedOrigins)) {
      return [403, 'foreign_origin', 'this origin is not in ALLOWED_ORIGINS'];
    }
    const key = presentedKey(request.headers);
    if (key === undefined && options.requireKey === true) return [401, 'key_needed', 'an API key is needed'];
    if (key !== undefined && options.apiKeys.length > 0 && !isKnownKey(key, options.apiKeys)) {
      return [401, 'wrong_key', 'this API key is not known'];
    }
    if (connections >= options.maxConnections) {
      return [503, 'too_many_connections', `this server takes ${options.maxConnections} connections`];
    }
    if ((perAddress.get(address) ?? 0) >= options.maxConnectionsPerIp) {
      return [429, 'too_many_connections', `at most ${options.maxConnectionsPerIp} connections an address`];
    }
    return undefined;
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
      const path = (request.url ?? '').split('?')[0]!;
      const address = limitKey(clientAddress(request, options.trustProxy));
      const refusal = refusalOf(request, path, address);
      if (refusal !== undefined) {
        refusals.inc({ code: refusal[1] });
        return refuse(socket, ...refusal);
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

type Refusal = readonly [status: number, code: string, message: string];

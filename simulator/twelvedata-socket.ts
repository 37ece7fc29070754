import type { IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';
import { WebSocketServer, type WebSocket } from 'ws';
import type { SchedulerLike } from 'rxjs';
import { clientSession, type ClientSession } from './client-session.ts';
import type { Faults } from './faults.ts';
import type { Market } from './market/market.ts';
import { startPricePump } from './market/price-pump.ts';
import { refusal, refuseUpgrade } from './refuse-upgrade.ts';
import type { Timeline } from './market/timeline.ts';

/** Socket path of the provider. */
export const socketPath = '/v1/quotes/price';
/** Frames, upgrades and sockets kept for tests to inspect. */
const maxKept = 10_000;

interface SocketPlan {
  /** Sockets a key may hold; one more closes the oldest. */
  readonly connections: number;
  /** Symbols a socket may hold. */
  readonly symbols: number;
}

export interface TwelveDataSocketOptions {
  readonly market: Market;
  readonly timeline: Timeline;
  readonly clock: SchedulerLike;
  readonly keys: ReadonlySet<string>;
  readonly plan: SocketPlan;
  readonly faults: Faults['socket'];
}

/** A client frame as received, with the time it came, Unix ms. */
interface ReceivedFrame {
  readonly at: number;
  readonly text: string;
}

export interface TwelveDataSocket {
  readonly onUpgrade: (request: IncomingMessage, socket: Socket, head: Buffer) => void;
  /** Sockets open now. */
  readonly connections: () => number;
  /** Sockets accepted since the start, with the time of each. */
  readonly accepted: () => readonly number[];
  /** Attempted upgrades since the start, refused ones too. */
  readonly attempts: () => readonly number[];
  readonly receivedFrames: () => readonly ReceivedFrame[];
  /** Headers and URL of the upgrade requests. */
  readonly requests: () => readonly { readonly url: string; readonly headers: IncomingMessage['headers'] }[];
  /** Sends raw text to every socket. */
  readonly inject: (text: string) => void;
  /** Closes every socket: with a close frame, or by cutting the connection. */
  readonly drop: (how?: { code?: number } | 'reset') => void;
  readonly close: () => void;
}

/** TwelveData's WebSocket, as far as its behavior is known: one frame format in, four kinds of event out. */
export function twelveDataSocket(options: TwelveDataSocketOptions): TwelveDataSocket {
  const { market, timeline, clock, keys, plan, faults } = options;
  const server = new WebSocketServer({ noServer: true, autoPong: false, maxPayload: 1_048_576 });
  const session = { market, timeline, clock, maxSymbols: plan.symbols, faults };
  const clients = new Set<ClientSession>();
  const accepted: number[] = [];
  const attempts: number[] = [];
  const frames: ReceivedFrame[] = [];
  const requests: { url: string; headers: IncomingMessage['headers'] }[] = [];

  const pump = startPricePump({
    market,
    timeline,
    clock,
    faults,
    wanted: () => {
      const all = new Set<string>();
      for (const client of clients) for (const symbol of client.symbols) all.add(symbol);
      return all;
    },
    send: (symbol, frame) => {
      if (faults.silent || faults.halfOpen) return;
      for (const client of clients) if (client.symbols.has(symbol)) client.socket.send(frame);
    },
  });

  const onFrame = (client: ClientSession, text: string) => {
    if (faults.halfOpen) return;
    frames.push({ at: clock.now(), text });
    if (frames.length > maxKept) frames.shift();
    client.onFrame(text);
  };

  const accept = (socket: WebSocket, key: string) => {
    const client = clientSession(socket, key, session);
    accepted.push(clock.now());
    if (accepted.length > maxKept) accepted.shift();
    const ofKey = [...clients].filter((other) => other.key === key);
    for (const other of ofKey.slice(0, Math.max(0, ofKey.length + 1 - plan.connections))) {
      clients.delete(other);
      other.socket.close();
    }
    clients.add(client);
    socket.on('error', () => socket.terminate());
    socket.on('close', () => clients.delete(client));
    socket.on('ping', (data) => {
      if (!faults.halfOpen) socket.pong(data);
    });
    socket.on('message', (data: Buffer) => onFrame(client, data.toString('utf8')));
  };

  return {
    onUpgrade: (request, socket, head) => {
      const url = new URL(request.url ?? '/', 'http://localhost');
      attempts.push(clock.now());
      if (attempts.length > maxKept) attempts.shift();
      requests.push({ url: request.url ?? '', headers: request.headers });
      if (requests.length > maxKept) requests.shift();
      const key = request.headers['x-td-apikey']?.toString() ?? url.searchParams.get('apikey') ?? '';
      if (faults.upgrade === 'reset') socket.resetAndDestroy();
      else if (faults.upgrade) refuseUpgrade(socket, faults.upgrade);
      else if (url.pathname !== socketPath) refuseUpgrade(socket, refusal(404, 404, 'Not found'));
      else if (!keys.has(key))
        refuseUpgrade(socket, refusal(200, 401, '**apikey** parameter is incorrect or not specified.'));
      else server.handleUpgrade(request, socket, head, (webSocket) => accept(webSocket, key));
    },
    connections: () => clients.size,
    accepted: () => accepted,
    attempts: () => attempts,
    receivedFrames: () => frames,
    requests: () => requests,
    inject: (text) => {
      for (const { socket } of clients) socket.send(text);
    },
    drop: (how = {}) => {
      for (const { socket } of clients) {
        if (how === 'reset') socket.terminate();
        else socket.close(how.code);
      }
    },
    close: () => {
      pump.unsubscribe();
      for (const { socket } of clients) socket.terminate();
      server.close();
    },
  };
}

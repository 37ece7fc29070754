import { once } from 'node:events';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';
import { Registry } from 'prom-client';
import { asyncScheduler } from 'rxjs';
import { WebSocketServer } from 'ws';
import { websocketUpgrade } from '../http/guards/websocket-upgrade.ts';
import { createPriceFeed } from '../sinks/feeds/price-feed.ts';
import { monotonic } from './fanout-client.ts';

/** What the benchmark asks of the server's process. */
export type Order =
  /** As many turns of `perTurn` updates as the sockets take in `ms`. */
  | { kind: 'flat_out'; perTurn: number; ms: number }
  /** `perSecond` updates a second, one a turn, for `ms`. */
  | { kind: 'paced'; perSecond: number; ms: number };

export interface Report {
  /** Updates sent to everybody. */
  readonly updates: number;
  /** CPU time of the server's process, ms. */
  readonly cpuMs: number;
  readonly elapsedMs: number;
  readonly rssMb: number;
}

const symbols = Array.from({ length: 20 }, (_, i) => `SYM${i}`);
const [mode, pingIntervalMs = '20000'] = process.argv.slice(2);
const server = createServer();
const sockets = new Set<Duplex>();
const publish = mode === 'plain' ? plain() : feed();
server.listen(0, '127.0.0.1');
await once(server, 'listening');
process.send?.({ port: (server.address() as AddressInfo).port });
process.on('message', (order: Order) => void obey(order));
process.on('disconnect', () => process.exit(0));

/** The baseline: a loop over the clients, each update serialised for each of them. */
function plain(): (symbol: string, price: number) => void {
  const sockets = new WebSocketServer({ server });
  sockets.on('connection', (socket) => {
    socket.on('message', () => socket.send('{"type":"subscribed"}'));
    socket.on('error', () => {});
  });
  return (symbol, price) => {
    const update = { type: 'price_update', symbol, price, timestamp: monotonic() };
    for (const client of sockets.clients) client.send(JSON.stringify(update));
  };
}

function feed(): (symbol: string, price: number) => void {
  const registry = new Registry();
  const prices = createPriceFeed({
    clock: asyncScheduler,
    registry,
    limits: { pingIntervalMs: Number(pingIntervalMs) },
    watch: async () => 'ok',
    release: () => {},
    onError: (error) => console.error(error),
  });
  const upgrade = websocketUpgrade({
    feeds: { '/ws': prices },
    allowedOrigins: ['*'],
    trustProxy: 0,
    keys: { check: () => {} },
    maxConnections: 20_000,
    maxConnectionsPerIp: 20_000,
    maxFrameBytes: 16_384,
    registry,
  });
  server.on('upgrade', upgrade.handle);
  return (symbol, price) => prices.publishTick({ symbol, price, eventTime: monotonic(), receivedTime: 0 });
}

server.on('upgrade', (_request: IncomingMessage, socket: Duplex) => {
  sockets.add(socket);
  socket.once('close', () => sockets.delete(socket));
});

async function obey(order: Order): Promise<void> {
  const cpu = process.cpuUsage();
  const start = monotonic();
  let updates = 0;
  while (monotonic() - start < order.ms) {
    if (order.kind === 'flat_out') {
      for (let i = 0; i < order.perTurn; i++) publish(symbols[i]!, 100 + (updates++ % 1000));
      await new Promise(setImmediate);
      // Both servers wait until the kernel has taken it: what is measured is delivering, not hoarding.
      while ([...sockets].some((socket) => socket.writableLength > 0)) await new Promise(setImmediate);
    } else {
      publish(symbols[0]!, 100 + (updates++ % 1000));
      await new Promise((resolve) =>
        setTimeout(resolve, Math.max(0, start + (updates * 1000) / order.perSecond - monotonic())),
      );
    }
  }
  const { user, system } = process.cpuUsage(cpu);
  process.send?.({
    updates,
    cpuMs: (user + system) / 1000,
    elapsedMs: monotonic() - start,
    rssMb: process.memoryUsage().rss / 2 ** 20,
  } satisfies Report);
}

/**
 * Fan-out against a plain `for (client) client.send(JSON.stringify(x))` server in the same run: `npm run bench:fanout`.
 * Each server runs in a process of its own, the clients in this one. Prints the tables of docs/benchmarks.md.
 */
import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { cpus, loadavg } from 'node:os';
import { benchArguments } from './bench-arguments.ts';
import { fanoutClient, monotonic, type FanoutClient } from './fanout-client.ts';
import type { Order, Report } from './fanout-server.ts';

benchArguments(
  `Usage: npm run bench:fanout

Fan-out against a plain WebSocket server in the same run, as tables. Takes minutes.`,
  {},
);

type Mode = 'plain' | 'feed';

async function withServer<T>(
  mode: Mode,
  use: (port: number, order: (order: Order) => Promise<Report>) => Promise<T>,
  pingIntervalMs = 20_000,
): Promise<T> {
  const child: ChildProcess = fork(`${import.meta.dirname}/fanout-server.ts`, [mode, String(pingIntervalMs)]);
  const [{ port }] = (await once(child, 'message')) as [{ port: number }];
  try {
    return await use(port, async (order) => {
      child.send(order);
      const [report] = (await once(child, 'message')) as [Report];
      return report;
    });
  } finally {
    child.kill('SIGKILL');
  }
}

const subscription = (count: number) =>
  JSON.stringify({ action: 'subscribe', symbols: Array.from({ length: count }, (_, i) => `SYM${i}`) });

async function crowd(port: number, count: number, symbols: number, onLatency?: (ms: number) => void) {
  const clients: FanoutClient[] = [];
  for (let i = 0; i < count; i += 50) {
    const some = Array.from({ length: Math.min(50, count - i) }, () =>
      fanoutClient({ port, subscribe: subscription(symbols), onLatency }),
    );
    clients.push(...(await Promise.all(some)));
  }
  return clients;
}
const leave = (clients: readonly FanoutClient[]) => {
  for (const { socket } of clients)
    socket
      .removeAllListeners('error')
      .on('error', () => {})
      .destroy();
};
const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));
const quantile = (values: number[], q: number) =>
  values.toSorted((a, b) => a - b)[Math.min(values.length - 1, Math.floor(values.length * q))] ?? Number.NaN;
const median = (values: number[]) => quantile(values, 0.5);
const row = (...cells: (string | number)[]) => console.log(`| ${cells.join(' | ')} |`);

interface Rate {
  readonly perSecond: number;
  /** CPU of the server a delivery, µs. */
  readonly cpuMicros: number;
}

/** Deliveries to 1,000 clients of each server, in short turns, so that what else the machine does meets both. */
async function flatOut(perTurn: number, rounds: number): Promise<Record<Mode, Rate[]>> {
  return await withServer('plain', (plainPort, plainOrder) =>
    withServer('feed', async (feedPort, feedOrder) => {
      const servers = [
        { mode: 'plain', order: plainOrder, clients: await crowd(plainPort, 1_000, perTurn) },
        { mode: 'feed', order: feedOrder, clients: await crowd(feedPort, 1_000, perTurn) },
      ] as const;
      const rates: Record<Mode, Rate[]> = { plain: [], feed: [] };
      for (let round = -1; round < rounds; round++) {
        for (const { mode, order, clients } of servers) {
          const received = () => clients.reduce((sum, client) => sum + client.frames, 0);
          const before = received();
          const { elapsedMs, cpuMs } = await order({ kind: 'flat_out', perTurn, ms: 400 });
          await pause(100);
          const count = received() - before;
          // The first round warms up.
          if (round >= 0)
            rates[mode].push({ perSecond: (count / elapsedMs) * 1_000, cpuMicros: (cpuMs * 1_000) / count });
        }
      }
      for (const { clients } of servers) leave(clients);
      return rates;
    }),
  );
}

interface Latency {
  readonly latencies: number[];
  rssMb: number;
  gone: number;
}

/** 10 updates a second to `count` clients of each server, in turns of 2 s; `never` clients of the second never read. */
async function paced(
  modes: readonly [Mode, Mode],
  count: number,
  never: number,
): Promise<[Latency, Latency]> {
  const pingIntervalMs = never > 0 ? 2_000 : 20_000;
  const use = async (mode: Mode, deafCount: number, port: number) => {
    const result: Latency = { latencies: [], rssMb: 0, gone: 0 };
    const clients = await crowd(port, count, 1, (ms) => result.latencies.push(ms));
    const deaf = await crowd(port, deafCount, 20);
    for (const { socket } of deaf) {
      socket.removeAllListeners('error').on('error', () => {});
      socket.once('close', () => result.gone++);
      socket.pause();
    }
    return { mode, result, clients: [...clients, ...deaf], deaf };
  };
  return await withServer(modes[0], (firstPort, firstOrder) =>
    withServer(
      modes[1],
      async (secondPort, secondOrder) => {
        const first = await use(modes[0], 0, firstPort);
        const second = await use(modes[1], never, secondPort);
        for (let round = 0; round < 4; round++) {
          for (const [{ result }, order] of [
            [first, firstOrder],
            [second, secondOrder],
          ] as const) {
            result.rssMb = (await order({ kind: 'paced', perSecond: 10, ms: 2_000 })).rssMb;
            await pause(200);
          }
        }
        for (const { socket } of second.deaf) socket.resume();
        await pause(300);
        leave([...first.clients, ...second.clients]);
        return [first.result, second.result] as [Latency, Latency];
      },
      pingIntervalMs,
    ),
  );
}

async function storm(mode: Mode, count: number) {
  return await withServer(mode, async (port) => {
    const start = monotonic();
    const clients = await Promise.all(
      Array.from({ length: count }, () => fanoutClient({ port, subscribe: subscription(3) })),
    );
    const ms = monotonic() - start;
    leave(clients);
    return ms;
  });
}

console.log(
  `${cpus().length} cores, Node ${process.version}, load average before the run ${loadavg()[0]!.toFixed(1)}.\n`,
);
console.log(
  'Deliveries to 1,000 clients as fast as the sockets take them (median of 11 rounds, server by server):\n',
);
row(
  'updates a turn',
  'plain, deliveries/s',
  'feed, deliveries/s',
  'ratio',
  'plain, CPU µs',
  'feed, CPU µs',
  'ratio',
);
row('---', '---', '---', '---', '---', '---', '---');
for (const perTurn of [1, 5, 10, 20]) {
  const rates = await flatOut(perTurn, 11);
  const rate = (mode: Mode) => median(rates[mode].map((one) => one.perSecond));
  const cpu = (mode: Mode) => median(rates[mode].map((one) => one.cpuMicros));
  const ratio = median(rates.feed.map((one, i) => one.perSecond / rates.plain[i]!.perSecond));
  row(
    perTurn,
    Math.round(rate('plain')).toLocaleString('en'),
    Math.round(rate('feed')).toLocaleString('en'),
    ratio.toFixed(2),
    cpu('plain').toFixed(2),
    cpu('feed').toFixed(2),
    (cpu('plain') / cpu('feed')).toFixed(2),
  );
}

console.log('\nLatency from publishing to the client, 10 updates/s, four times 2 s, server by server:\n');
row('clients', 'server', 'p50 ms', 'p99 ms', 'server RSS MB', 'never readers gone');
row('---', '---', '---', '---', '---', '---');
const tell = (name: string, mode: Mode, { latencies, rssMb, gone }: Latency, never: number) =>
  row(
    name,
    mode,
    median(latencies).toFixed(2),
    quantile(latencies, 0.99).toFixed(2),
    Math.round(rssMb),
    never === 0 ? '–' : `${gone} of ${never}`,
  );
const [plain, feed] = await paced(['plain', 'feed'], 1_000, 0);
tell('1,000', 'plain', plain, 0);
tell('1,000', 'feed', feed, 0);
const [alone, beset] = await paced(['feed', 'feed'], 450, 50);
tell('450', 'feed', alone, 0);
tell('450 and 50 that never read, ping every 2 s', 'feed', beset, 50);

console.log('\nConnect storm, all at once until each is subscribed to 3 symbols:\n');
row('clients', 'plain ms', 'feed ms');
row('---', '---', '---');
for (const count of [500, 1_000])
  row(count, Math.round(await storm('plain', count)), Math.round(await storm('feed', count)));
process.exit(0);

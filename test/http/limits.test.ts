import { once } from 'node:events';
import { Agent, get } from 'node:http';
import { type AddressInfo, connect, type Socket } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { createApp } from '../../http/create-app.ts';
import { createServer } from '../../http/create-server.ts';
import { fairGate } from '../../http/guards/fair-gate.ts';
import { rawExchange } from '../support/hostile/raw-http.ts';
import { until } from '../support/until.ts';
import { decision, httpDeps, posted, serve } from './harness.ts';

let stops: (() => Promise<void>)[] = [];
afterEach(async () => {
  await Promise.all(stops.map((stop) => stop()));
  stops = [];
});
const tickOver = () => new Promise<void>(setImmediate);

describe('fairGate', () => {
  it('takes callers in turn, whatever each has waiting', async () => {
    const gate = fairGate({ atOnce: 1, perCaller: 10, maxWaiting: 100 });
    const order: string[] = [];
    const work = (name: string) => async () => {
      await tickOver();
      order.push(name);
    };
    const all = [1, 2, 3, 4, 5].map((n) => gate.run('a', work(`a${n}`)));
    all.push(gate.run('b', work('b1')), gate.run('b', work('b2')), gate.run('c', work('c1')));
    await Promise.all(all);
    expect(order).toEqual(['a1', 'a2', 'b1', 'c1', 'a3', 'b2', 'a4', 'a5']);
    expect(gate.waiting()).toBe(0);
  });

  it('runs no more than atOnce, frees the place of what fails, and never leaks', async () => {
    const gate = fairGate({ atOnce: 3, perCaller: 50, maxWaiting: 100 });
    let running = 0;
    let most = 0;
    const settled = await Promise.allSettled(
      Array.from({ length: 40 }, (_, i) =>
        gate.run(`c${i % 5}`, async () => {
          most = Math.max(most, ++running);
          await tickOver();
          running--;
          if (i % 3 === 0) throw new Error('fails');
        }),
      ),
    );
    expect(most).toBe(3);
    expect(settled.filter((one) => one.status === 'rejected')).toHaveLength(14);
    expect(await gate.run('c0', async () => 'free')).toBe('free');
  });

  it('refuses a caller with too much under way, and newcomers only when all is full', async () => {
    const gate = fairGate({ atOnce: 1, perCaller: 3, maxWaiting: 2 });
    let free = () => {};
    const held = new Promise<void>((resolve) => {
      free = resolve;
    });
    const runs = [0, 1, 2].map(() => gate.run('a', () => held));
    await expect(gate.run('a', () => held)).rejects.toMatchObject({
      status: 429,
      headers: { 'Retry-After': '1' },
    });
    runs.push(
      gate.run('b', () => held),
      gate.run('c', () => held),
    );
    await expect(gate.run('b', () => held)).rejects.toMatchObject({
      status: 503,
      headers: { 'Retry-After': '2' },
    });
    await expect(gate.run('d', () => held)).rejects.toMatchObject({ status: 503 });
    free();
    await Promise.all(runs);
  });
});

describe('an /analyze flood', () => {
  it('is bounded with 429 and Retry-After, and delays nobody who asks one after the other', async () => {
    let running = 0;
    let most = 0;
    let refusals = 0;
    const server = await serve(
      httpDeps({
        http: { trustProxy: 1 },
        analyse: async () => {
          most = Math.max(most, ++running);
          // A busy machine sends a flood slowly: its first requests run until it has been one.
          await until(() => refusals > 10);
          running--;
          return decision();
        },
      }),
    );
    stops.push(server.stop);
    const body = JSON.stringify({ symbol: 'BTCUSD', candles: posted(250) });
    const ask = (address: string) =>
      fetch(`${server.url}/analyze`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', 'x-forwarded-for': address },
        body,
      });
    const flood = Promise.all(
      Array.from({ length: 100 }, async () => {
        const response = await ask('6.6.6.6');
        await response.text();
        if (response.status === 429) refusals++;
        return [response.status, response.headers.get('retry-after')];
      }),
    );
    const patient: number[] = [];
    for (let i = 0; i < 6; i++) {
      const response = await ask('7.7.7.7');
      await response.text();
      patient.push(response.status);
    }
    const statuses = await flood;
    expect(patient).toEqual(Array(6).fill(200));
    expect(most).toBe(2);
    expect(statuses.filter(([status]) => status === 200).length).toBeGreaterThanOrEqual(8);
    const refused = statuses.filter(([status]) => status === 429);
    expect(refused.every(([, after]) => after === '1')).toBe(true);
  });
});

describe('what clients may have under way', () => {
  it.each([
    { path: '/analyze/BTCUSD', atOnce: 2, perCaller: 8, maxWaiting: 64 },
    { path: '/symbols/search?query=app', atOnce: 4, perCaller: 4, maxWaiting: 64 },
    { path: '/signals', atOnce: 8, perCaller: 64, maxWaiting: 512 },
  ])('is bounded at once, for one of them and in all, at $path', async ({ path, ...size }) => {
    const { atOnce, perCaller, maxWaiting } = size;
    let running = 0;
    let free = () => {};
    const held = new Promise<void>((resolve) => {
      free = resolve;
    });
    const hold = async <T>(answer: T): Promise<T> => {
      running++;
      await held;
      return answer;
    };
    const server = await serve(
      httpDeps({
        http: { trustProxy: 1 },
        analyseLive: () => hold(decision()),
        searchSymbols: () => hold([]),
        signals: { list: () => hold([]), get: async () => null },
      }),
    );
    stops.push(server.stop);
    const agent = new Agent({ maxSockets: Infinity });
    const refusals: number[] = [];
    let answered = 0;
    const ask = (caller: number) =>
      get(
        { port: server.port, path, agent, headers: { 'x-forwarded-for': `10.0.0.${caller}` } },
        (response) => {
          if (response.statusCode === 200) answered++;
          else refusals.push(response.statusCode!);
          response.resume();
        },
      ).on('error', () => {});
    const most = atOnce + maxWaiting;
    const refused = async (caller: number, status: number) => {
      ask(caller);
      await until(() => refusals.length > 0);
      expect(refusals.splice(0)).toEqual([status]);
    };
    for (let i = 0; i < perCaller; i++) ask(0);
    await refused(0, 429);
    // All others have one less than they may; whoever has none under way would still wait.
    const callerOf = (i: number) => 1 + Math.floor(i / (perCaller - 1));
    for (let i = 0; i < most - perCaller; i++) ask(callerOf(i));
    await refused(callerOf(most - perCaller - 1), 503);
    expect(running).toBe(atOnce);
    free();
    await until(() => answered === most);
    expect(refusals).toEqual([]);
    agent.destroy();
  });
});

describe('the connections of an address', () => {
  it('are as many as it may have, and those that it gives back', async () => {
    const server = createServer(createApp(httpDeps()), { maxConnections: 100, perAddress: 3 });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    stops.push(async () => void server.close());
    const { port } = server.address() as AddressInfo;
    const open = async () => {
      const socket = connect(port, '127.0.0.1');
      socket.on('error', () => {});
      await once(socket, 'connect');
      return socket;
    };
    const outcome = (socket: Socket) =>
      Promise.race([
        once(socket.resume(), 'close').then(() => 'closed'),
        new Promise((done) =>
          socket.write('GET /ready HTTP/1.1\r\nHost: localhost\r\n\r\n', () =>
            socket.once('data', () => done('answered')),
          ),
        ),
      ]);
    const three = [await open(), await open(), await open()];
    expect(await outcome(await open())).toBe('closed');
    expect(three.map(({ closed }) => closed)).toEqual([false, false, false]);
    three[0]!.destroy();
    await until(async () => (await outcome(await open())) === 'answered');
    for (const socket of three) socket.destroy();
    server.closeAllConnections();
  });
});

describe('a slow or broken request', () => {
  it('gets an answer in the one error shape', async () => {
    const server = await serve(httpDeps());
    stops.push(server.stop);
    expect(await rawExchange(server.port, 'NONSENSE\r\n\r\n')).toMatch(
      /^HTTP\/1\.1 400 .*"code":"bad_request"\}$/s,
    );
    const headers = `GET / HTTP/1.1\r\nX: ${'x'.repeat(20_000)}\r\n\r\n`;
    expect(await rawExchange(server.port, headers)).toMatch(/^HTTP\/1\.1 431 .*"success":false/s);
  });
});

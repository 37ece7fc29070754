import { readFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { extname, join } from 'node:path';
import { WebSocketServer, type WebSocket } from 'ws';
import type { WatchedSymbol } from '../../schema/rest.ts';
import type { Signal } from '../../schema/signal.ts';
import type { StrategiesAnswer } from '../../schema/strategies/listed-strategies.ts';
import { Timeframe, timeframeMs } from '../../schema/timeframe.ts';
import type { PriceServerFrame, SignalServerFrame } from '../../schema/wire.ts';
import {
  fixtureCandles,
  fixtureDecision,
  fixtureHistory,
  fixtureNews,
  fixturePerformance,
  fixtureTimeframes,
  fixtureWithheld,
  priceOf,
  watched,
} from './fixture.ts';

/** The same policy as the real server's, or stricter. */
const policy =
  "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

const types: Readonly<Record<string, string>> = {
  '.html': 'text/html',
  '.js': 'text/javascript',
  '.css': 'text/css',
  '.svg': 'image/svg+xml',
};

/** Candles that the fixture has of each timeframe. */
const oldestCandle = 2_000;

export interface FixtureServer {
  readonly url: string;
  readonly sendPrice: (frame: PriceServerFrame) => void;
  readonly sendSignal: (frame: SignalServerFrame) => void;
  /** What `/signals` and `/symbols` answer; tests may change them. */
  readonly signals: Signal[];
  readonly symbols: WatchedSymbol[];
  /** What `/strategies` answers; empty unless a test fills it. */
  readonly strategies: Omit<StrategiesAnswer, 'success'>;
  /** The query of each question for candles. */
  readonly candleQuestions: readonly string[];
  /** Why no older candles are given; null: they are. */
  refuseOlder: string | null;
  /** Client frames of both sockets, in order. */
  readonly heard: readonly Record<string, unknown>[];
  /** Paths with their queries that REST was asked, in order. */
  readonly asked: readonly string[];
  /** Stops listening and drops every connection; `start` comes back on the same port. */
  readonly stop: () => Promise<void>;
  readonly start: () => Promise<void>;
}

/** A server that speaks the wire contract with fixed data, for what a live market cannot be told to do on cue. */
export async function fixtureServer(dist: string, symbolNames: readonly string[]): Promise<FixtureServer> {
  const born = Date.now();
  const symbols = symbolNames.map((symbol) => watched(symbol, born));
  const signals = fixtureHistory(symbolNames, born);
  const strategies: Omit<StrategiesAnswer, 'success'> = { strategies: [], assignments: [] };
  const heard: Record<string, unknown>[] = [];
  const asked: string[] = [];
  const candleQuestions: string[] = [];
  const sockets = { prices: new Set<WebSocket>(), signals: new Set<WebSocket>() };
  let server: Server | undefined;
  let port = 0;

  const start = async () => {
    const made = createServer((request, response) => {
      const url = new URL(request.url ?? '/', 'http://fixture');
      response.setHeader('content-security-policy', policy);
      // The clock of tests may stand still.
      response.setHeader('date', new Date().toUTCString());
      asked.push(url.pathname + url.search);
      if (url.pathname.startsWith('/candles/') && url.searchParams.has('before')) {
        candleQuestions.push(url.pathname + url.search);
        if (fixture.refuseOlder !== null) {
          const older = {
            success: true,
            candles: [],
            count: 0,
            older: 'later',
            older_reason: fixture.refuseOlder,
          };
          response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(older));
          return;
        }
      }
      const answer = rest(url, { symbols, signals, strategies });
      if (answer !== undefined) {
        const { status, body } = answer;
        response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
        return;
      }
      const path = url.pathname === '/' ? '/index.html' : url.pathname;
      readFile(join(dist, path)).then(
        (file) => response.writeHead(200, { 'content-type': types[extname(path)] ?? 'text/plain' }).end(file),
        () => response.writeHead(404).end(),
      );
    });
    const upgrade = new WebSocketServer({ server: made });
    upgrade.on('connection', (socket, request) => {
      const kind = request.url === '/ws' ? 'prices' : 'signals';
      sockets[kind].add(socket);
      socket.on('close', () => sockets[kind].delete(socket));
      socket.on('message', (data) => {
        const frame = JSON.parse((data as Buffer).toString()) as Record<string, unknown>;
        heard.push({ kind, ...frame });
        if (frame['action'] !== 'subscribe') return socket.send('{"type":"pong"}');
        const reply = kind === 'prices' ? greetPrices : greetSignals;
        for (const line of reply(frame)) socket.send(JSON.stringify(line));
      });
    });
    await new Promise<void>((resolve) => made.listen(port, '127.0.0.1', resolve));
    port = (made.address() as AddressInfo).port;
    server = made;
  };
  const stop = async () => {
    for (const socket of [...sockets.prices, ...sockets.signals]) socket.terminate();
    const ending = server;
    server = undefined;
    ending?.closeAllConnections();
    await new Promise<void>((resolve) => (ending === undefined ? resolve() : ending.close(() => resolve())));
  };
  const broadcast = (kind: 'prices' | 'signals', frame: object) => {
    for (const socket of sockets[kind]) socket.send(JSON.stringify(frame));
  };
  const fixture: FixtureServer = {
    get url() {
      return `http://127.0.0.1:${port}`;
    },
    sendPrice: (frame) => broadcast('prices', frame),
    sendSignal: (frame) => broadcast('signals', frame),
    signals,
    symbols,
    strategies,
    heard,
    asked,
    candleQuestions,
    refuseOlder: null,
    start,
    stop,
  };
  await start();
  return fixture;
}

const namesIn = (frame: Record<string, unknown>) =>
  (frame['symbols'] as string[] | undefined) ?? [String(frame['symbol'])];

function greetPrices(frame: Record<string, unknown>): PriceServerFrame[] {
  const names = namesIn(frame);
  return [
    { type: 'subscribed', symbols: names, status: 'success' },
    ...names.map((symbol): PriceServerFrame => ({
      type: 'price_update',
      symbol,
      price: priceOf(symbol),
      timestamp: Date.now() - 400,
    })),
    { type: 'feed', state: 'live', since: Date.now() - 60_000 },
  ];
}

function greetSignals(frame: Record<string, unknown>): SignalServerFrame[] {
  const names = namesIn(frame);
  const place = { epoch: 'fixture', offset: 1 };
  const last = names.flatMap((symbol) =>
    fixtureTimeframes.map((timeframe): SignalServerFrame => {
      const closeTime = Math.floor(Date.now() / timeframeMs[timeframe]) * timeframeMs[timeframe];
      const signal = fixtureDecision(symbol, timeframe, closeTime);
      return {
        type: 'signal_update',
        symbol,
        timeframe,
        signal,
        signal_changed: false,
        timestamp: closeTime,
        epoch: 'fixture',
        offset: 1,
      };
    }),
  );
  return [{ type: 'subscribed', symbols: names, status: 'success', ...place, recovered: false }, ...last];
}

interface Data {
  readonly symbols: readonly WatchedSymbol[];
  readonly signals: readonly Signal[];
  readonly strategies: Omit<StrategiesAnswer, 'success'>;
}

function rest(
  url: URL,
  { symbols, signals, strategies }: Data,
): { status: number; body: unknown } | undefined {
  const [, first, second, third] = url.pathname.split('/').map(decodeURIComponent);
  const ok = (body: object) => ({ status: 200, body: { success: true, ...body } });
  const missing = { status: 404, body: { success: false, error: 'not found', code: 'not_found' } };
  if (first === 'symbols') return ok({ symbols });
  if (first === 'health') {
    return ok({ status: 'ok', demo: true, version: '0.1.0', uptime_seconds: 1, parts: {} });
  }
  if (first === 'strategies') return ok(strategies);
  if (first === 'news') return ok(fixtureNews(Date.now()));
  if (first === 'withheld') return ok({ withheld: fixtureWithheld(Date.now()) });
  if (first === 'performance' && second === 'trades') return ok({ trades: [], count: 0, complete: true });
  if (first === 'performance') {
    const answer = fixturePerformance(Date.now());
    // Another figure for a part of the results, so that a filter shows.
    return ok(url.search === '' || url.search === '?' ? answer : { ...answer, resolved: 57, open: 1 });
  }
  if (first === 'api' && second === 'signals' && third === 'queue') {
    return ok({
      counts: { waiting: 2, active: 1, delayed: 3, completed: 418, failed: 15 },
      posts: { queued: 5, sending: 1, delivered: 418, failed: 1, parked: 1, expired: 4, superseded: 9 },
      oldest_age_seconds: 42,
      last_error: '503 Service Unavailable: maintenance until 14:00',
      channels: [
        {
          channel: 'community',
          counts: { waiting: 2, active: 1, delayed: 3, completed: 418, failed: 14 },
          posts: { queued: 5, sending: 1, delivered: 418, failed: 0, parked: 1, expired: 4, superseded: 9 },
          oldest_age_seconds: 42,
          last_error: '503 Service Unavailable: maintenance until 14:00',
          last_delivered_at: Date.now() - 90_000,
          last_failure: null,
          ok: true,
          note: null,
        },
        {
          channel: 'telegram',
          counts: { waiting: 0, active: 0, delayed: 0, completed: 0, failed: 1 },
          posts: { queued: 0, sending: 0, delivered: 0, failed: 1, parked: 0, expired: 0, superseded: 0 },
          oldest_age_seconds: null,
          last_error: 'refused: 403 Forbidden: bot was kicked from the group chat',
          last_delivered_at: null,
          last_failure: {
            at: Date.now() - 60_000,
            what: 'failed',
            answer: 'refused: 403 Forbidden: bot was kicked from the group chat',
          },
          ok: false,
          note: null,
        },
      ],
    });
  }
  if (first === 'candles' && second !== undefined) {
    const interval = Timeframe.parse(url.searchParams.get('interval'));
    const count = Number(url.searchParams.get('outputsize'));
    const before = url.searchParams.get('before');
    const candles = fixtureCandles(
      second,
      interval,
      count,
      before === null ? Date.now() : Number(before) * 1000,
    );
    const first = Date.now() / 1000 - oldestCandle * (timeframeMs[interval] / 1000);
    const kept = candles.filter(({ time }) => time >= first);
    const isLast = kept.length < candles.length;
    return ok({
      symbol: second,
      interval,
      candles: kept,
      count: kept.length,
      ...(before !== null && { older: isLast ? 'none' : 'yes' }),
      ...(before !== null && isLast && { older_reason: 'the provider has no older ones' }),
    });
  }
  if (first === 'signals' && second === undefined) {
    const wanted = url.searchParams.get('mode') ?? 'live';
    const found = signals.filter(({ mode = 'live' }) => mode === wanted);
    return ok({ signals: found, next: null, latest: null });
  }
  if (first === 'signals') {
    const signal = signals.find(({ id }) => id === second);
    return signal === undefined ? missing : ok({ signal });
  }
  return undefined;
}

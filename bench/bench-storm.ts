/**
 * A thousand symbols close a candle at one instant: how long until all are analysed and decided, and what price updates feel of it,
 * against the same analyses run on the main thread.
 *
 *     npm run bench:storm [-- threads]
 */
import { Worker } from 'node:worker_threads';
import { asyncScheduler, lastValueFrom, map, merge, type Observable, Subject } from 'rxjs';
import { WebSocket, WebSocketServer } from 'ws';
import { analyse } from '../models/decision/analyse.ts';
import { mean, quantile } from '../models/statistics.ts';
import { analyseCloses } from '../operators/analysis/analyse-closes.ts';
import { analyseWindow, type WindowAnalyser } from '../operators/analysis/analyse-window.ts';
import { UNTAUGHT } from '../operators/signals/outcomes/learning-book.ts';
import type { SignalInput } from '../operators/signals/signal-input.ts';
import { signalLifecycle } from '../operators/signals/signal-lifecycle.ts';
import type { Candle } from '../schema/candle.ts';
import type { CandleEvent } from '../schema/market-event.ts';
import { createAnalysisPool } from '../workers/analysis-pool.ts';
import { benchArguments } from './bench-arguments.ts';
import { simulatedCandles } from './simulated-candles.ts';

const help = `Usage: npm run bench:storm [-- THREADS]

A thousand symbols close a candle at one instant: how long until all are decided, and what price updates feel of it.`;
const [threads] = benchArguments(help, {}, 1).positionals;
const SYMBOLS = 1000;
const MAIN_THREAD_SYMBOLS = 100;
const minute = 60_000;
const market = simulatedCandles(SYMBOLS + 250);

/** Candles of symbol `n`: its own stretch of the market. */
function history(n: number): Candle[] {
  return Array.from({ length: 250 }, (_, i) => ({
    symbol: `S${n}`,
    timeframe: '1min',
    openTime: i * minute,
    closeTime: (i + 1) * minute,
    open: market.open[n + i]!,
    high: market.high[n + i]!,
    low: market.low[n + i]!,
    close: market.close[n + i]!,
    volume: market.volume[n + i]!,
    volumeKind: 'ticks',
    ticks: 10,
    complete: true,
    source: 'ticks',
    lateTicks: 0,
    longestSilenceMs: 0,
    revision: 0,
  }));
}

/** One symbol's way from a close to its decision. */
function symbolOf(
  candles: readonly Candle[],
  closes: Observable<CandleEvent>,
  run: WindowAnalyser['analyse'],
) {
  const { symbol, timeframe, closeTime } = candles.at(-1)!;
  return closes.pipe(
    analyseCloses({
      clock: asyncScheduler,
      timeframes: ['1min'],
      windowOf: () => candles,
      analyse: (columns) =>
        analyseWindow(
          columns,
          { symbol, timeframe, closeTime },
          { analyse: run, options: {}, learning: UNTAUGHT },
        ),
      openMillis: (from, to) => to - from,
    }),
    map((close): SignalInput => close),
    signalLifecycle({
      clock: asyncScheduler,
      symbol,
      calendar: () => ({ state: 'fresh', events: [] }),
      news: { beforeMs: 0, afterMs: 0, failMode: 'open' },
      risk: { maxPerDay: 20, maxPerHour: 5, minSpacingMs: 15 * minute, minReward: 1 },
      expiresAt: (_timeframe, from, bars) => from + bars * minute,
      costOf: (price) => price * 1e-4,
    }),
  );
}

/** A server that does nothing but forward prices, as the price feed does. */
async function forwarder() {
  const prices = new Subject<string>();
  const server = new WebSocketServer({ port: 0, host: '127.0.0.1' });
  server.on('connection', (socket) => prices.subscribe((price) => socket.send(price)));
  await new Promise((resolve) => server.on('listening', resolve));
  const serverPort = (server.address() as { port: number }).port;
  const probe = new Worker(new URL('./storm/price-probe.ts', import.meta.url), {
    workerData: { serverPort },
  });
  const { port } = await answer<{ port: number }>(probe);
  const upstream = new WebSocket(`ws://127.0.0.1:${port}`);
  upstream.on('message', (data: Buffer) => prices.next(data.toString()));
  await new Promise((resolve) => upstream.on('open', resolve));
  return {
    /** Latencies since the last call, ms. */
    latencies: async () => {
      probe.postMessage('latencies');
      return (await answer<{ latencies: number[] }>(probe)).latencies;
    },
    close: async () => {
      upstream.terminate();
      server.close();
      await probe.terminate();
    },
  };
}

const answer = <T>(worker: Worker): Promise<T> =>
  new Promise((resolve) => worker.once('message', (message: T) => resolve(message)));
const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

const asked = threads === undefined ? {} : { threads: Number(threads) };
const waits: number[] = [];
const pool = createAnalysisPool({ ...asked, onTask: ({ waitMs }) => waits.push(waitMs) });
const live: WindowAnalyser['analyse'] = (columns, options) =>
  pool.analyse(columns, options, { lane: 'live' });
const prices = await forwarder();

async function storm(symbols: number, run: WindowAnalyser['analyse']) {
  const all = Array.from({ length: symbols }, (_, n) => ({
    candles: history(n),
    closes: new Subject<CandleEvent>(),
  }));
  const over = lastValueFrom(merge(...all.map(({ candles, closes }) => symbolOf(candles, closes, run))));
  await pause(1000);
  await prices.latencies();
  const start = performance.now();
  for (const { candles, closes } of all) {
    closes.next({ kind: 'candle', candle: candles.at(-1)!, timely: true });
    closes.complete();
  }
  await over;
  const seconds = (performance.now() - start) / 1000;
  await pause(100);
  return { seconds, latencies: await prices.latencies() };
}
const row = ({ seconds, latencies }: Awaited<ReturnType<typeof storm>>, symbols: number) => ({
  symbols,
  'all decided, s': Number(seconds.toFixed(2)),
  'a second': Math.round(symbols / seconds),
  'price p50 ms': Number(quantile(latencies, 0.5).toFixed(2)),
  'price p99 ms': Number(quantile(latencies, 0.99).toFixed(1)),
  'price max ms': Number(Math.max(...latencies).toFixed(0)),
});

await storm(50, live);
await storm(20, analyse);
await pause(1000);
await prices.latencies();
await pause(3000);
const quiet = { seconds: 3, latencies: await prices.latencies() };
waits.length = 0;
const pooled = await storm(SYMBOLS, live);
const onMain = await storm(MAIN_THREAD_SYMBOLS, analyse);
console.log(
  `${pool.threads} analysis thread(s), Node ${process.version}; mean wait in line ${(mean(waits) / 1000).toFixed(1)} s`,
);
console.table({
  'no closes': { ...row(quiet, 0), 'a second': 0 },
  'worker pool': row(pooled, SYMBOLS),
  'baseline: main thread': row(onMain, MAIN_THREAD_SYMBOLS),
});
await prices.close();
await pool.close();
process.exit(0);

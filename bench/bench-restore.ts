/**
 * How long a start takes until every symbol has its history and its signals, and how long other queries wait meanwhile: the whole server as
 * a process on a database that holds three full histories, a decision a timeframe and some open signals of each symbol. The provider
 * is away, so that its answers are not part of it.
 *
 *     npm run bench:restore -- --symbols 1000,3000
 */
import { performance } from 'node:perf_hooks';
import { loadavg } from 'node:os';
import { quantile } from '../models/statistics.ts';
import type { Candle } from '../schema/candle.ts';
import { Decision } from '../schema/signal.ts';
import type { SignalEvent } from '../schema/signal-event.ts';
import { type Timeframe, timeframeMs } from '../schema/timeframe.ts';
import { openStore, type Store } from '../store/open-store.ts';
import { quiet } from '../test/support/services/database.ts';
import { dataFolder, startServer } from '../test/support/server.ts';
import { aSignal, opened } from '../test/support/signals.ts';
import { benchArguments } from './bench-arguments.ts';
import { followedAt } from './followed-at.ts';

const { values } = benchArguments(
  `Usage: npm run bench:restore -- --symbols 1000,3000

How long a start takes until every symbol is restored, and how long other queries wait meanwhile.`,
  { symbols: { type: 'string', default: '1000' } },
);

const timeframes: readonly Timeframe[] = ['30min', '1h', '4h'];
const bars = 250;
/** One signal in so many symbols is open. */
const openOneIn = 10;

for (const count of values.symbols.split(',').map(Number)) await measure(count);

async function measure(count: number): Promise<void> {
  const folder = await dataFolder();
  try {
    const symbols = Array.from({ length: count }, (_, i) => symbolOf(i));
    const store = await openStore({ dataDir: folder.path, log: quiet, now: Date.now, market: 'live' });
    await store.term.take('the bench');
    await fill(store, symbols);
    await store.close();
    const load = loadavg()[0]!.toFixed(1);
    const server = await startServer(
      {
        DATA_DIR: folder.path,
        SYMBOLS: symbols.join(','),
        MAX_SYMBOLS: String(count),
        TIMEFRAMES: timeframes.join(','),
        TWELVEDATA_API_KEY: 'none',
        TWELVEDATA_WS_URL: 'ws://127.0.0.1:9',
        TWELVEDATA_REST_URL: 'http://127.0.0.1:9',
        CALENDAR_URL: 'http://127.0.0.1:9',
        LOG_LEVEL: 'debug',
      },
      { withinMs: 120_000 },
    );
    const drained = () => server.log.filter(({ msg }) => msg === 'symbols restored');
    const waits: number[] = [];
    const isRestored = () => drained().reduce((sum, line) => sum + Number(line['symbols']), 0) >= count;
    const latest = performance.now() + 300_000;
    while (!isRestored() && performance.now() < latest) {
      const from = performance.now();
      await server.get('/signals?limit=1');
      waits.push(performance.now() - from);
      await new Promise((done) => setTimeout(done, 20));
    }
    const ms = drained().reduce((sum, line) => sum + Number(line['ms']), 0);
    const failures = server.log.filter(({ level }) => Number(level) >= 50).length;
    console.log(
      `${count} symbols (load ${load}): restored in ${ms} ms, ${failures} errors; another query: p50 ${quantile(waits, 0.5).toFixed(1)}, p99 ${quantile(waits, 0.99).toFixed(1)}, most ${Math.max(...waits).toFixed(0)} ms of ${waits.length}`,
    );
    await server.stop('SIGKILL');
  } finally {
    await folder.remove();
  }
}

/** `AAAUSD`, `AABUSD`…: pairs that trade at all hours. */
function symbolOf(i: number): string {
  const letter = (n: number) => String.fromCharCode(65 + (n % 26));
  return `Q${letter(i / 676)}${letter(i / 26)}${letter(i)}/USD`;
}

async function fill(store: Store, symbols: readonly string[]): Promise<void> {
  const now = Date.now();
  for (const [i, written] of symbols.entries()) {
    const symbol = written.replace('/', '');
    const candles = timeframes.flatMap((timeframe) => history(symbol, timeframe, now));
    await store.candles.save(candles);
    const events = timeframes.map((timeframe): SignalEvent => {
      const close_time = candles.find((candle) => candle.timeframe === timeframe)!.closeTime;
      const decision = Decision.parse(aSignal({ symbol, timeframe, close_time }));
      const followed = followedAt(close_time, timeframeMs[timeframe], 24);
      return { kind: 'decided', decision, changed: false, timely: true, followed };
    });
    const signal = aSignal({ symbol, close_time: now - 3600_000, expires_at: now + 3600_000 });
    await store.record(i % openOneIn === 0 ? [...events, opened(signal)] : events, []);
  }
}

/** The newest first. */
function history(symbol: string, timeframe: Timeframe, now: number): Candle[] {
  const ms = timeframeMs[timeframe];
  const last = Math.floor(now / ms) * ms;
  return Array.from({ length: bars }, (_, i) => {
    const close = 100 + Math.sin(i / 9) * 3 + ((i * 7919) % 101) / 100;
    return {
      symbol,
      timeframe,
      openTime: last - (i + 1) * ms,
      closeTime: last - i * ms,
      open: close - 0.1,
      high: close + 0.5,
      low: close - 0.5,
      close,
      volume: 100,
      volumeKind: 'ticks',
      ticks: 60,
      complete: true,
      source: 'ticks',
      lateTicks: 0,
      longestSilenceMs: 1000,
      revision: 0,
    };
  });
}

/**
 * How long a year of minutes takes to open from the history that `npm run history` keeps, against reading the same candles from a CSV
 * file, in turns in one process.
 *
 *     npm run bench:history -- --rounds 9
 */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { readCandles } from '../cli/candles/read-candles.ts';
import { keepMinutes } from '../cli/history/keep-minutes.ts';
import { openHistory } from '../cli/history/open-history.ts';
import { quantile } from '../models/statistics.ts';
import { benchArguments } from './bench-arguments.ts';
import { simulatedCandles } from './simulated-candles.ts';

const { values } = benchArguments(
  `Usage: npm run bench:history -- --rounds 9

How long a year of minutes takes to open, against reading the same from a CSV file.`,
  { rounds: { type: 'string', default: '9' } },
);

const minutes = 525_600;
const from = Date.UTC(2025, 0, 1);
const drawn = simulatedCandles(minutes);
const candles = { ...drawn, time: drawn.time.map((time) => from + time) };
const folder = await mkdtemp(join(tmpdir(), 'bench-history-'));
try {
  const csv = join(folder, 'year.csv');
  const lines = Array.from(
    candles.time,
    (time, i) =>
      `${time},${candles.open[i]},${candles.high[i]},${candles.low[i]},${candles.close[i]},${candles.volume[i]}`,
  );
  await writeFile(csv, `time,open,high,low,close,volume\n${lines.join('\n')}\n`);
  await keepMinutes(folder, 'BTCUSD', {
    candles,
    spans: [[from, from + minutes * 60_000]],
    source: 'year.csv',
    isSimulated: false,
  });
  const taken = { open: [] as number[], csv: [] as number[] };
  for (let round = 0; round < Number(values.rounds); round++) {
    taken.open.push(await timed(async () => (await openHistory(folder, 'BTCUSD')).candles.close));
    taken.csv.push(await timed(async () => (await readCandles(csv)).candles.close));
  }
  const [open, read] = [quantile(taken.open, 0.5), quantile(taken.csv, 0.5)];
  console.log(
    `${minutes.toLocaleString('en')} minutes (load ${loadavg()[0]!.toFixed(1)}): opened in ${open.toFixed(0)} ms (${range(taken.open)}), read from CSV in ${read.toFixed(0)} ms (${range(taken.csv)}): ${(read / open).toFixed(0)} times as long`,
  );
} finally {
  await rm(folder, { recursive: true });
}

async function timed(read: () => Promise<Float64Array>): Promise<number> {
  const begun = performance.now();
  const close = await read();
  const ms = performance.now() - begun;
  if (close.length !== minutes || close.some((price, i) => price !== candles.close[i]))
    throw new Error('what was read is not what was written');
  return ms;
}

function range(all: readonly number[]): string {
  return `${Math.min(...all).toFixed(0)} to ${Math.max(...all).toFixed(0)}`;
}

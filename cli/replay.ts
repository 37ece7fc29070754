import { createWriteStream, existsSync } from 'node:fs';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createMarkets } from '../app/markets.ts';
import { loadConfig } from '../app/configuration/read-config.ts';
import { candlesCsv } from '../http/documents/candles-csv.ts';
import { replay } from '../streams/recording/replay.ts';
import { checkOutput } from './check-output.ts';
import { command, timeframeOption, UsageError } from './command.ts';
import { replayCandles } from './replay-candles.ts';

const help = `Usage: npm run replay --silent -- [options]

Feeds what a server recorded (RECORD_TICKS=true) through the same candle windows again and writes the closed candles, oldest first. Its
settings are the server's: CLOCK, TIMEFRAMES, CANDLE_GRACE_MS, CANDLE_ALIGNMENT from the environment or .env.

  --ticks FOLDER      the recording (default: ticks in DATA_DIR)
  --symbol S          only this symbol
  --timeframe T       only these; may be repeated (default: 1min and TIMEFRAMES)
  --format jsonl|csv  jsonl: each candle whole, with its provenance (default); csv: the columns of /candles, which backtest reads, of one symbol and timeframe
  --out FILE          instead of the standard output`;

const options = {
  ticks: { type: 'string' },
  symbol: { type: 'string' },
  timeframe: { type: 'string', multiple: true },
  format: { type: 'string', default: 'jsonl' },
  out: { type: 'string' },
} as const;

interface Values {
  readonly ticks?: string | undefined;
  readonly symbol?: string | undefined;
  readonly timeframe?: readonly string[] | undefined;
  readonly format: string;
  readonly out?: string | undefined;
}

async function main(values: Values): Promise<number> {
  const { symbol, format, out } = values;
  const isCsv = format === 'csv';
  if (!isCsv && format !== 'jsonl') throw new UsageError(`--format ${format}: jsonl or csv is needed`);
  if (isCsv && (symbol === undefined || values.timeframe?.length !== 1))
    throw new UsageError('--format csv needs one --symbol and one --timeframe');
  const wanted = values.timeframe?.map(timeframeOption);
  const { config } = loadConfig();
  const markets = createMarkets({ alignment: config.CANDLE_ALIGNMENT, pairsNeverClose: config.demo });
  const folder = values.ticks ?? join(config.DATA_DIR, 'ticks');
  if (!existsSync(folder)) {
    console.error(`there is no recording in ${folder}`);
    return 66;
  }
  if (out !== undefined) await checkOutput(out);
  const lines$ = replay({
    folder,
    onTorn: (file) => console.error(`${file} breaks off: a crash tore its end`),
  });
  const candles = await replayCandles(lines$, {
    clock: config.CLOCK,
    timeframes: [...new Set([...config.TIMEFRAMES, ...(wanted ?? [])])],
    graceMs: config.CANDLE_GRACE_MS,
    marketOf: markets.of,
    gridOf: markets.gridOf,
  });
  const chosen = candles.filter(
    (candle) =>
      (symbol === undefined || candle.symbol === symbol.replace('/', '').toUpperCase()) &&
      (wanted === undefined || wanted.includes(candle.timeframe)),
  );
  if (chosen.length === 0) console.error(`${folder} holds no closed candle of what was asked for`);
  const text = isCsv ? [candlesCsv(chosen)] : chosen.map((candle) => `${JSON.stringify(candle)}\n`);
  const target = out === undefined ? process.stdout : createWriteStream(out);
  await pipeline(Readable.from(text), target, { end: out !== undefined }).catch((error: unknown) => {
    // Whoever reads has had enough, as `head` does.
    if (!(error instanceof Error && 'code' in error && error.code === 'EPIPE')) throw error;
  });
  return 0;
}

await command({ help, options }, main);

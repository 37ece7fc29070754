import { existsSync } from 'node:fs';
import { loadConfig } from '../../app/configuration/read-config.ts';
import { createMarkets } from '../../app/markets.ts';
import { walkRecording } from '../../app/walk/walk-recording.ts';
import type { Timeframe } from '../../schema/timeframe.ts';
import { createInstruments } from '../../streams/provider/instruments.ts';
import { replay } from '../../streams/recording/replay.ts';
import { createAnalysisPool } from '../../workers/analysis-pool.ts';
import { DataError } from '../command.ts';
import { type PlayedSignal, playedSignal } from './played-signals.ts';
import { signalLines } from './report/print-report.ts';
import { type Summary, summarise } from './report/summarise.ts';
import { verdict } from './report/verdict.ts';

export interface RecordingBacktest {
  readonly folder: string;
  readonly symbol: string;
  readonly timeframe: Timeframe;
  readonly threads: number;
}

/** The signals of a recording, those that have ended within it, as a server with today's settings makes them again. */
export async function backtestRecording({ folder, symbol, timeframe, threads }: RecordingBacktest): Promise<{
  readonly signals: readonly PlayedSignal[];
  readonly summary: Summary;
  readonly text: string;
}> {
  if (!existsSync(folder)) throw new DataError(`there is no recording in ${folder}`);
  const { config } = loadConfig();
  const instruments = createInstruments();
  const markets = createMarkets({
    alignment: config.CANDLE_ALIGNMENT,
    pairsNeverClose: config.demo,
    instrumentOf: instruments.of,
  });
  const pool = createAnalysisPool({ threads });
  const torn: string[] = [];
  const lines$ = replay({ folder, onTorn: (file) => torn.push(file) });
  const walked = await walkedWith(pool, () =>
    walkRecording({ config, markets, instruments }, lines$, { pool }),
  );
  if (walked.decided + walked.missed === 0)
    throw new DataError(
      `${folder} says of no close when it was decided: it was recorded by an earlier version, or nothing was analysed. npm run replay makes candles of it, which --candles takes`,
    );
  const memory = walked.symbols.get(symbol);
  if (memory === undefined)
    throw new DataError(
      `${folder} has nothing of ${symbol}, but of ${[...walked.symbols.keys()].join(', ')}`,
    );
  const own = memory.signals().filter(({ signal }) => signal.timeframe === timeframe);
  const signals = own.flatMap(
    ({ signal, levels }) => (signal.outcome && levels && playedSignal(signal, signal.outcome, levels)) ?? [],
  );
  const closes = memory.decided(timeframe);
  const summary = summarise(signals, closes);
  const missed = walked.missed === 0 ? '' : `; ${walked.missed} whose close it does not give`;
  const text = [
    ...torn.map((file) => `${file} breaks off: a crash tore its end`),
    `${folder}: ${walked.decided} decisions of ${walked.symbols.size} symbols to ${new Date(walked.to).toISOString()}${missed}`,
    `decided at    ${closes} closes of ${symbol} ${timeframe}; ${own.length} signals, ${own.length - signals.length} without a result yet`,
    ...signalLines(summary),
    `verdict       ${verdict(summary)}`,
  ].join('\n');
  return { signals, summary, text };
}

/** Work in a pool that is closed after it. */
async function walkedWith<T>(pool: { close: () => Promise<void> }, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } finally {
    await pool.close();
  }
}

import { writeFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { loadConfig } from '../app/configuration/read-config.ts';
import { instrumentOf } from '../schema/symbol/instrument.ts';
import { backtestRecording } from './backtest/backtest-recording.ts';
import { printReport } from './backtest/report/print-report.ts';
import { ruleConstants } from './backtest/rule-constants.ts';
import { runBacktest } from './backtest/run-backtest.ts';
import { type BacktestStrategy, openBacktestStrategy } from './backtest/strategy/backtest-strategy.ts';
import { paramsOption } from './backtest/strategy/params-option.ts';
import { printSweep } from './backtest/sweep/print-sweep.ts';
import { runSweep } from './backtest/sweep/run-sweep.ts';
import { settingsOf } from './backtest/sweep/settings-of.ts';
import { tradesCsv } from './backtest/report/trades-csv.ts';
import { closedHours } from './candles/closed-hours.ts';
import { describeFile } from './candles/describe-file.ts';
import { readCandles } from './candles/read-candles.ts';
import type { LocalZone } from './candles/times/local-zone.ts';
import { checkOutput } from './check-output.ts';
import {
  command,
  finiteNumber,
  symbolOption,
  timeframeOption,
  UsageError,
  wholeNumber,
  zoneOption,
} from './command.ts';
import { describeHistory } from './history/describe-history.ts';
import { historyFolder } from './history/history-folder.ts';
import { openHistory } from './history/open-history.ts';
import type { Span } from './history/spans.ts';
import { spanOption } from './history/time-option.ts';
import { createProgress } from './progress.ts';

const help = `Usage: npm run backtest -- --candles FILE --symbol S [options]
       npm run backtest -- --history S [--from T] [--to T] [options]

Walks the analysis over a file of candles, or over minutes that npm run history keeps, plays its signals and prints what came of them. What
kinds of files it reads: docs/backtest.md.

  --candles FILE   CSV of minutes, or of longer candles: outcomes are judged on what the file has
  --history S      minutes of this symbol from DATA_DIR/history
  --from T, --to T of them from this day or minute on, and up to that one, itself not included, in UTC: 2025-01-31, 2025-01-31T09:30
  --ticks FOLDER   in its place, what a server recorded (RECORD_TICKS=true): walked with the server's settings, from the environment or .env,
                   its signals are that server's again; --strategy, --cost-bps, --min-reward, --seed and --set are not for it
  --zone Z         of times that name none: UTC, +02:00, Europe/Athens, America/New_York+7 (default: what the file says, else UTC)
  --symbol S       whose they are, as BTCUSD: its hours and holidays (default: that of --history)
  --strategy NAME  who decides, of strategies/ or STRATEGIES_DIR (default: the built-in rule); --set is not for it
  --params JSON    its parameters (default: its own)
  --sweep          plays every combination of its search that --params leaves open, and prints a table: each is a trial
  --timeframe T    what is analysed (default 30min)
  --cost-bps N     cost of entry and exit together, basis points (default 2)
  --min-reward N   least reward per risk (default 1)
  --min-expected-r N  also: what RISK_MIN_EXPECTED_R at N would leave; may be repeated
  --tosses N       also: the errors that the odds would have if each minute's direction were tossed for, N times (default 0)
  --seed N         of the fit (default 1)
  --threads N      (default: one a core); the results do not depend on it
  --json FILE      writes the report there, too
  --trades FILE    writes the signals there, as CSV
  --set NAME=N     another constant of the rule; may be repeated`;

const options = {
  candles: { type: 'string' },
  history: { type: 'string' },
  from: { type: 'string' },
  to: { type: 'string' },
  ticks: { type: 'string' },
  zone: { type: 'string' },
  symbol: { type: 'string' },
  strategy: { type: 'string' },
  params: { type: 'string' },
  sweep: { type: 'boolean', default: false },
  timeframe: { type: 'string', default: '30min' },
  'cost-bps': { type: 'string', default: '2' },
  'min-reward': { type: 'string', default: '1' },
  'min-expected-r': { type: 'string', multiple: true },
  tosses: { type: 'string', default: '0' },
  seed: { type: 'string', default: '1' },
  threads: { type: 'string', default: String(availableParallelism()) },
  json: { type: 'string' },
  trades: { type: 'string' },
  set: { type: 'string', multiple: true },
} as const;

await command({ help, options }, async (values) => {
  const { candles: path, history, ticks: folder, json, trades } = values;
  if ([path, history, folder].filter((one) => one !== undefined).length > 1)
    throw new UsageError('one of --candles, --history and --ticks is needed, not more');
  const named = values.symbol ?? history;
  if ((path ?? history ?? folder) === undefined || named === undefined)
    throw new UsageError('--candles and --symbol are needed, or --history');
  const span = spanOption(values);
  if (history === undefined && span !== undefined) throw new UsageError('--from and --to need --history');
  const { strategy: name } = values;
  if (name === undefined && values.params !== undefined) throw new UsageError('--params needs --strategy');
  if (name !== undefined && folder !== undefined)
    throw new UsageError(
      '--ticks walks with the server’s settings: --strategy is for --candles and --history',
    );
  if (name !== undefined && values.set !== undefined)
    throw new UsageError('--set is for the built-in rule: a strategy takes --params');
  const { sweep } = values;
  if (sweep && name === undefined) throw new UsageError('--sweep needs --strategy');
  if (sweep && (values.trades ?? values.set ?? values['min-expected-r']) !== undefined)
    throw new UsageError(
      '--sweep prints a table of settings: --trades and --min-expected-r are for one of them',
    );
  const params = paramsOption(values.params);
  const symbol = symbolOption(named);
  const timeframe = timeframeOption(values.timeframe);
  const costBps = finiteNumber('cost-bps', values['cost-bps'], 0, 1000);
  const analyse = {
    seed: wholeNumber('seed', values.seed, 0),
    costBps,
    minReward: finiteNumber('min-reward', values['min-reward'], 0, 100),
    // Any other constant of the rule, to see what it is worth.
    ...ruleConstants(values.set ?? []),
  };
  const minExpectedR = (values['min-expected-r'] ?? []).map((text) => finiteNumber('min-expected-r', text));
  const tosses = wholeNumber('tosses', values.tosses, 0, 10_000);
  const threads = wholeNumber('threads', values.threads, 1, 256);
  for (const output of [json, trades]) if (output !== undefined) await checkOutput(output);
  if (folder !== undefined) {
    const { signals, summary, text } = await backtestRecording({ folder, symbol, timeframe, threads });
    console.log(text);
    if (json !== undefined)
      writeFileSync(json, `${JSON.stringify({ symbol, timeframe, signals: summary }, null, 1)}\n`);
    if (trades !== undefined) writeFileSync(trades, tradesCsv(symbol, timeframe, signals));
    return;
  }
  const { minutes, says } =
    path === undefined
      ? await storedMinutes(symbolOption(history!), span)
      : await minutesOfFile(path, zoneOption(values.zone));
  console.log([...says, ...closedHours(minutes, symbol)].join('\n'));
  const strategy = name === undefined ? undefined : await openBacktestStrategy(name, params);
  const progress = createProgress('analysing');
  const { assetClass, market } = instrumentOf(symbol);
  const hours = market === 'unknown' ? 'hours unknown, taken as never closed' : `hours of ${market}`;
  const title = `${symbol} (${assetClass}, ${hours}), ${timeframe}, cost ${costBps} bp`;
  if (sweep) {
    const of = { minutes, symbol, timeframe };
    const swept = await untilClosed(strategy, progress, async () => {
      const settings = await settingsOf(strategy!, params as Readonly<Record<string, unknown>>);
      console.log(`${settings.length} settings`);
      const { update: onProgress } = progress;
      return runSweep({ market: of, strategy: strategy!, settings, analyse, threads, onProgress });
    });
    console.log(`\n${printSweep(title, swept)}`);
    if (json !== undefined)
      writeFileSync(json, `${JSON.stringify({ symbol, timeframe, costBps, ...swept }, null, 1)}\n`);
    return;
  }
  const { report, signals } = await untilClosed(strategy, progress, () =>
    runBacktest({
      strategy,
      minutes,
      symbol,
      timeframe,
      analyse,
      minExpectedR,
      tosses,
      threads,
      onProgress: progress.update,
    }),
  );
  console.log(`\n${printReport(title, report, costBps)}`);
  if (json !== undefined)
    writeFileSync(json, `${JSON.stringify({ symbol, timeframe, costBps, ...report }, null, 1)}\n`);
  if (trades !== undefined) writeFileSync(trades, tradesCsv(symbol, timeframe, signals));
});

/** Work that shows its progress and asks a strategy, which is closed after it. */
async function untilClosed<T>(
  strategy: BacktestStrategy | undefined,
  progress: ReturnType<typeof createProgress>,
  work: () => Promise<T>,
): Promise<T> {
  try {
    return await work();
  } finally {
    progress.end();
    await strategy?.loaded.close();
  }
}

async function minutesOfFile(path: string, zone: { zone?: LocalZone }) {
  const file = await readCandles(path, zone);
  return { minutes: file.candles, says: describeFile(path, file) };
}

async function storedMinutes(symbol: string, span: Span | undefined) {
  const stored = await openHistory(historyFolder(loadConfig().config), symbol, span);
  return { minutes: stored.candles, says: describeHistory(symbol, stored, { listsGaps: false }) };
}

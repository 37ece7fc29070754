import { writeFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { command, finiteNumber, timeframeOption, UsageError, wholeNumber } from './command.ts';
import { printReport } from './backtest/print-report.ts';
import { runBacktest } from './backtest/run-backtest.ts';
import { readCandles } from './read-candles.ts';

const help = `Usage: npm run backtest -- --candles FILE --symbol S [options]

Walks the analysis over a file of minutes, plays its signals and prints what came of them.

  --candles FILE   minutes as CSV, plain or gzipped: a header, then open time in Unix ms, open, high, low, close, volume
  --symbol S       whose they are, as BTCUSD
  --timeframe T    what is analysed (default 30min)
  --cost-bps N     cost of entry and exit together, basis points (default 2)
  --min-reward N   least reward per risk (default 1)
  --min-expected-r N  also: what RISK_MIN_EXPECTED_R at N would leave; may be repeated
  --tosses N       also: the errors that the odds would have if each minute's direction were tossed for, N times (default 0)
  --seed N         of the fit (default 1)
  --threads N      (default 2, or 1 on one core)
  --json FILE      writes the report there, too
  --set NAME=N     another constant of the rule; may be repeated`;

const options = {
  candles: { type: 'string' },
  symbol: { type: 'string' },
  timeframe: { type: 'string', default: '30min' },
  'cost-bps': { type: 'string', default: '2' },
  'min-reward': { type: 'string', default: '1' },
  'min-expected-r': { type: 'string', multiple: true },
  tosses: { type: 'string', default: '0' },
  seed: { type: 'string', default: '1' },
  threads: { type: 'string', default: String(Math.min(2, availableParallelism())) },
  json: { type: 'string' },
  set: { type: 'string', multiple: true },
} as const;

await command({ help, options }, async (values) => {
  const { candles, symbol, json } = values;
  if (candles === undefined || symbol === undefined)
    throw new UsageError('--candles and --symbol are needed');
  const timeframe = timeframeOption(values.timeframe);
  const costBps = finiteNumber('cost-bps', values['cost-bps'], 0);
  const report = await runBacktest({
    minutes: readCandles(candles),
    symbol,
    timeframe,
    analyse: {
      seed: wholeNumber('seed', values.seed, 0),
      costBps,
      minReward: finiteNumber('min-reward', values['min-reward'], 0),
      // Any other constant of the rule, to see what it is worth.
      ...Object.fromEntries((values.set ?? []).map(constantOf)),
    },
    minExpectedR: (values['min-expected-r'] ?? []).map((text) => finiteNumber('min-expected-r', text)),
    tosses: wholeNumber('tosses', values.tosses, 0, 10_000),
    threads: wholeNumber('threads', values.threads, 1, 256),
  });
  console.log(printReport(`${symbol} ${timeframe}, cost ${values['cost-bps']} bp`, report));
  if (json !== undefined)
    writeFileSync(json, `${JSON.stringify({ symbol, timeframe, costBps, ...report }, null, 1)}\n`);
});

function constantOf(pair: string): [string, number] {
  const at = pair.indexOf('=');
  if (at <= 0) throw new UsageError(`--set ${pair}: NAME=number is needed`);
  return [pair.slice(0, at), finiteNumber(`set ${pair.slice(0, at)}`, pair.slice(at + 1))];
}

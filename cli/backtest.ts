import { writeFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { parseArgs } from 'node:util';
import { Timeframe } from '../schema/timeframe.ts';
import { printReport } from './backtest/print-report.ts';
import { runBacktest } from './backtest/run-backtest.ts';
import { readCandles } from './read-candles.ts';

const { values } = parseArgs({
  options: {
    candles: { type: 'string' },
    symbol: { type: 'string' },
    timeframe: { type: 'string', default: '30min' },
    'cost-bps': { type: 'string', default: '2' },
    'min-reward': { type: 'string', default: '1' },
    seed: { type: 'string', default: '1' },
    threads: { type: 'string', default: String(Math.min(2, availableParallelism())) },
    'min-expected-r': { type: 'string', multiple: true, default: [] },
    json: { type: 'string' },
    set: { type: 'string', multiple: true, default: [] },
  },
});
if (values.candles === undefined || values.symbol === undefined) {
  console.error(
    'usage: npm run backtest -- --candles minutes.csv[.gz] --symbol BTCUSD [--timeframe 30min] [--cost-bps 2] [--min-expected-r 0]… [--json report.json] [--set windowWeight=0]…',
  );
  process.exit(64);
}

const timeframe = Timeframe.parse(values.timeframe);
const report = await runBacktest({
  minutes: readCandles(values.candles),
  symbol: values.symbol,
  timeframe,
  analyse: {
    seed: Number(values.seed),
    costBps: Number(values['cost-bps']),
    minReward: Number(values['min-reward']),
    // Any other constant of the rule, to see what it is worth.
    ...Object.fromEntries(values.set.map((pair) => [pair.split('=')[0]!, Number(pair.split('=')[1])])),
  },
  minExpectedR: values['min-expected-r'].map(Number),
  threads: Number(values.threads),
});
const title = `${values.symbol} ${timeframe}, cost ${values['cost-bps']} bp`;
console.log(printReport(title, report));
if (values.json !== undefined) {
  const { symbol } = values;
  writeFileSync(
    values.json,
    `${JSON.stringify({ symbol, timeframe, costBps: Number(values['cost-bps']), ...report }, null, 1)}\n`,
  );
}

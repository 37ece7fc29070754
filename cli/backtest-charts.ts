/**
 * Draws the reports of `npm run backtest -- … --json report.json` as SVG, one file a chart.
 *
 *     npm run backtest:charts -- docs report-5min.json report-15min.json report-30min.json
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { BacktestReport } from './backtest/run-backtest.ts';
import { barChart } from './charts/bar-chart.ts';
import { lineChart } from './charts/line-chart.ts';

const [folder, ...files] = process.argv.slice(2);
if (folder === undefined || files.length === 0) {
  console.error('usage: npm run backtest:charts -- folder report.json…');
  process.exit(64);
}
const reports = files.map(
  (file) => JSON.parse(readFileSync(file, 'utf8')) as BacktestReport & { timeframe: string },
);

writeFileSync(
  join(folder, 'analysis-odds.svg'),
  barChart({
    title: 'Levels of every candidate: forecast and what came',
    unit: 'share of candidates',
    series: ['forecast', 'observed'],
    groups: reports.flatMap(({ timeframe, candidates: { predicted, observed } }) =>
      (['TP', 'SL', 'neither'] as const).map((end, i) => ({
        label: `${timeframe} ${end}`,
        values: [predicted[i]!, observed[i]!],
      })),
    ),
  }),
);
writeFileSync(
  join(folder, 'analysis-signals.svg'),
  barChart({
    title: 'Issued signals: forecast P(TP) and observed share with its 95 % interval',
    unit: 'share of signals',
    series: ['forecast', 'observed'],
    groups: reports.map(({ timeframe, signals: { n, predicted, observed, interval } }) => ({
      label: `${timeframe} (n = ${n})`,
      values: [predicted, observed ?? 0],
      ...(interval && { interval }),
    })),
  }),
);
writeFileSync(
  join(folder, 'analysis-equity.svg'),
  lineChart({
    title: 'Net result of the signals, summed',
    unit: 'R after cost',
    lines: reports.map(({ timeframe, equity }) => ({ label: timeframe, values: [0, ...equity] })),
  }),
);

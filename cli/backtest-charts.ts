import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { BacktestReport } from './backtest/run-backtest.ts';
import { barChart } from './charts/bar-chart.ts';
import { lineChart } from './charts/line-chart.ts';
import { command, CommandError } from './command.ts';

const help = `Usage: npm run backtest:charts -- FOLDER REPORT.json…

Draws the reports of \`npm run backtest -- … --json report.json\` as SVG into a folder, one file a chart.`;

await command({ help, options: {}, positionals: { min: 2, max: Infinity } }, (_, [folder, ...files]) =>
  draw(folder!, files),
);

function reportOf(file: string): BacktestReport & { timeframe: string } {
  const text = readFileSync(file, 'utf8');
  try {
    return JSON.parse(text) as BacktestReport & { timeframe: string };
  } catch {
    throw new CommandError(`${file} is no report of \`npm run backtest -- … --json\``);
  }
}

function draw(folder: string, files: readonly string[]): void {
  const reports = files.map(reportOf);

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
}

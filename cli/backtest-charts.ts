import { readFile } from 'node:fs/promises';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { barChart } from './charts/bar-chart.ts';
import { lineChart } from './charts/line-chart.ts';
import { checkInput } from './check-input.ts';
import { checkOutput } from './check-output.ts';
import { command, DataError } from './command.ts';

const help = `Usage: npm run backtest:charts -- FOLDER REPORT.json…

Draws the reports of \`npm run backtest -- … --json report.json\` as SVG into a folder, one file a chart.`;

const shares = z.tuple([z.number(), z.number(), z.number()]);
/** What is drawn of a report of the backtest. Shares from 0 to 1, `equity` in R. */
const Report = z.object({
  timeframe: z.string(),
  candidates: z.object({ predicted: shares, observed: shares }),
  signals: z.object({
    n: z.number(),
    predicted: z.number(),
    observed: z.number().nullable(),
    interval: z.tuple([z.number(), z.number()]).nullable(),
  }),
  equity: z.array(z.number()),
});
type Report = z.infer<typeof Report>;

await command(
  { help, options: {}, positionals: { min: 2, max: Infinity } },
  async (_, [folder, ...files]) => {
    await checkOutput(join(folder!, 'analysis-odds.svg'));
    draw(folder!, await Promise.all(files.map(reportOf)));
  },
);

async function reportOf(file: string): Promise<Report> {
  await checkInput(file);
  const text = await readFile(file, 'utf8');
  try {
    return Report.parse(JSON.parse(text));
  } catch {
    throw new DataError(`${file} is no report of \`npm run backtest -- … --json\``);
  }
}

function draw(folder: string, reports: readonly Report[]): void {
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

import type { OddsReport } from '../judge-odds.ts';
import type { BacktestReport } from '../run-backtest.ts';
import type { Summary } from './summarise.ts';
import { inWords } from '../../../schema/spacing.ts';
import { minuteOf } from '../../candles/minute-of.ts';
import type { TossReport } from '../tossed-directions.ts';
import { verdict } from './verdict.ts';

/** A figure that has no value, as the mean of nothing, is a dash. */
const fixed = (value: number | null | undefined, digits: number): string =>
  typeof value === 'number' && Number.isFinite(value) ? value.toFixed(digits) : '-';
const percent = (value: number | null): string => (value === null ? '-' : `${fixed(100 * value, 1)} %`);
const three = (value: number | null): string => fixed(value, 3);

/** The report as lines for people, with a verdict at the end. costBps: that was reckoned with. */
export function printReport(title: string, report: BacktestReport, costBps: number): string {
  const { signals, candidates, candidatesByModel } = report;
  return [
    title,
    ...strategyLines(report),
    `decided at    ${report.decisions} closes from ${minuteOf(report.span.from)} to ${minuteOf(report.span.to)} UTC; ${report.called} called, ${report.refused['cost']} refused for cost`,
    ...allRefused(report, costBps),
    `outcomes      judged on candles of ${inWords(report.judgedOnMs)}; SL where one holds TP and SL: ${report.ambiguous} of ${signals.n}${report.judgedOnMs > 60_000 ? '. Minutes would tell which came first' : ''}`,
    ...oddsLines(candidates),
    modelLine(candidatesByModel),
    ...(report.tossed === null ? [] : [tossLine(report.tossed)]),
    ...signalLines(signals),
    line('with the gates', report.gated),
    ...Object.entries(report.gatedAtLeast).map(([least, summary]) =>
      line(`  and at least ${least} R`, summary),
    ),
    ...Object.values(report.withheld).map(
      ({ reason, n, tp, expectancyR }) =>
        `  withheld ${n}: ${reason}; P(TP) observed ${three(tp)}, R ${three(expectancyR)}`,
    ),
    `drift         correlation with the return over the horizon ${three(report.driftCorrelation)}`,
    `odds engines  differ by ${fixed(report.oddsDisagreement.mean, 5)} on average, ${fixed(report.oddsDisagreement.largest, 5)} at most`,
    ...Object.entries(report.filters).map(([name, summary]) => line(name, summary)),
    `verdict       ${verdict(signals)}`,
  ].join('\n');
}

function strategyLines({ strategy }: BacktestReport): string[] {
  if (strategy === null) return [];
  const { name, version, params, faults } = strategy;
  const failed = faults && `  failed      ${faults.n} decisions, taken as WAIT: ${faults.first}`;
  return [
    `strategy      ${name}, version ${version}, ${JSON.stringify(params)}`,
    ...(failed ? [failed] : []),
  ];
}

/** What came of signals: a line each of their odds, their ends and the scores of their forecasts. */
export const signalLines = (signals: Summary): string[] => [
  line('signals', signals),
  `ends          ${Object.entries(signals.ends)
    .map(([end, n]) => `${end} ${n}`)
    .join(
      ', ',
    )}; win rate ${percent(signals.trades.winRate)}, profit factor ${three(signals.trades.profitFactor)}, max drawdown ${fixed(signals.trades.maxDrawdown, 1)} R`,
  `Brier         raw ${three(signals.raw.brier)} (reliability ${fixed(signals.raw.reliability, 5)}, resolution ${fixed(signals.raw.resolution, 5)}), calibrated ${three(signals.calibrated.brier)}, base rate ${three(signals.raw.uncertainty)}`,
];

/** Why there is no signal at all where cost is the reason, and what to try. */
function allRefused({ called, refused }: BacktestReport, costBps: number): string[] {
  if (called > 0 || !refused['cost']) return [];
  return [
    `no signal     at --cost-bps ${costBps} every direction costs more of its distance to SL than the rule allows: try a lower --cost-bps (what the broker really takes) or a longer --timeframe, whose levels are farther away`,
  ];
}

const signed = (value: number): string => (value >= 0 ? '+' : '') + three(value);

function tossLine({ tosses, errors, within, chance }: TossReport): string {
  const spread = errors.map(({ mean, deviation }) => `${signed(mean)} ± ${three(deviation)}`).join(' / ');
  return `  tossed      ${tosses} times, forecast less observed ${spread} (one deviation); all within .03 of their mean in ${percent(within)}, an error of TP as large in ${percent(chance)}`;
}

function oddsLines(odds: OddsReport): string[] {
  const { n, predicted, observed, largestError, errors, logScore, constantLogScore, skill } = odds;
  const { ofMeans, mean, median, logDeviation } = odds.variance;
  return [
    `candidates    ${n}: predicted TP/SL/neither ${predicted.map(three).join(' / ')}, observed ${observed.map(three).join(' / ')}, largest error ${three(largestError)}`,
    `  errors      forecast less observed ${errors.map(({ error, interval }) => `${signed(error)} [${interval.map(signed).join(', ')}]`).join(' / ')}, intervals by blocks of a day`,
    `  log score   ${three(logScore)}, of the observed shares as a constant ${three(constantLogScore)}: ${signed(skill)}`,
    `  P(TP) by tenths, predicted:observed ${odds.deciles.map(tenthInWords).join(' ')}`,
    `  variance    expected over realised: means ${fixed(ofMeans, 2)}, ratio's mean ${fixed(mean, 2)}, median ${fixed(median, 2)}, log deviation ${fixed(logDeviation, 2)}`,
  ];
}

/** Before what came of earlier candidates has moved the odds. */
const modelLine = ({ predicted, largestError, logScore, skill }: OddsReport): string =>
  `  model alone predicted ${predicted.map(three).join(' / ')}, largest error ${three(largestError)}, log score ${three(logScore)}: ${signed(skill)}`;

const tenthInWords = ({ n, predicted, observed }: OddsReport['deciles'][number]): string =>
  n === 0 ? '-' : `${fixed(predicted, 2)}:${fixed(observed, 2)}`;

function line(
  name: string,
  { n, signalsPer100Bars, predicted, observed, interval, expectancyR, expectancyError, breakeven }: Summary,
): string {
  if (n === 0) return `${name.padEnd(28)}0`;
  const range = interval === null ? '-' : `[${interval.map(three).join(', ')}]`;
  return `${name.padEnd(28)}${n} (${fixed(signalsPer100Bars, 1)} per 100 bars), P(TP) predicted ${three(predicted)} observed ${three(observed)} ${range} break-even ${three(breakeven)}, R ${three(expectancyR)} ± ${three(expectancyError)}`;
}

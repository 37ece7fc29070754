import type { OddsReport } from './judge-odds.ts';
import type { BacktestReport } from './run-backtest.ts';
import type { Summary } from './summarise.ts';
import type { TossReport } from './tossed-directions.ts';

const percent = (value: number | null): string => (value === null ? '-' : `${(100 * value).toFixed(1)} %`);
const three = (value: number | null): string => (value === null ? '-' : value.toFixed(3));

/** The report as lines for people. */
export function printReport(title: string, report: BacktestReport): string {
  const { signals, candidates } = report;
  return [
    `${title}: ${report.decisions} decisions, ${report.called} called, ${report.refused['cost']} refused for cost`,
    ...oddsLines(candidates),
    ...(report.tossed === null ? [] : [tossLine(report.tossed)]),
    line('signals', signals),
    `ends          ${Object.entries(signals.ends)
      .map(([end, n]) => `${end} ${n}`)
      .join(
        ', ',
      )}; win rate ${percent(signals.trades.winRate)}, profit factor ${three(signals.trades.profitFactor)}, max drawdown ${signals.trades.maxDrawdown.toFixed(1)} R`,
    `Brier         raw ${three(signals.raw.brier)} (reliability ${signals.raw.reliability?.toFixed(5)}, resolution ${signals.raw.resolution?.toFixed(5)}), calibrated ${three(signals.calibrated.brier)}, base rate ${three(signals.raw.uncertainty)}`,
    line('with the risk gate', report.gated),
    ...Object.entries(report.gatedAtLeast).map(([least, summary]) =>
      line(`  and at least ${least} R`, summary),
    ),
    ...Object.entries(report.withheld).map(
      ([reason, { n, tp, expectancyR }]) =>
        `  withheld ${n}: ${reason}; P(TP) observed ${three(tp)}, R ${expectancyR.toFixed(3)}`,
    ),
    `drift         correlation with the return over the horizon ${three(report.driftCorrelation)}`,
    `odds engines  differ by ${report.oddsDisagreement.mean.toFixed(5)} on average, ${report.oddsDisagreement.largest.toFixed(5)} at most`,
    ...Object.entries(report.filters).map(([name, summary]) => line(name, summary)),
  ].join('\n');
}

const signed = (value: number): string => (value < 0 ? '' : '+') + value.toFixed(3);

function tossLine({ tosses, errors, within, chance }: TossReport): string {
  const spread = errors.map(({ mean, deviation }) => `${signed(mean)} ± ${deviation.toFixed(3)}`).join(' / ');
  return `  tossed      ${tosses} times, forecast less observed ${spread} (one deviation); all within .03 of their mean in ${percent(within)}, an error of TP as large in ${percent(chance)}`;
}

function oddsLines(odds: OddsReport): string[] {
  const { n, predicted, observed, largestError, errors, logScore, constantLogScore, skill } = odds;
  const { ofMeans, mean, median, logDeviation } = odds.variance;
  return [
    `candidates    ${n}: predicted TP/SL/neither ${predicted.map(three).join(' / ')}, observed ${observed.map(three).join(' / ')}, largest error ${three(largestError)}`,
    `  errors      forecast less observed ${errors.map(({ error, interval }) => `${signed(error)} [${interval.map(signed).join(', ')}]`).join(' / ')}, intervals by blocks of a day`,
    `  log score   ${three(logScore)}, of the observed shares as a constant ${three(constantLogScore)}: ${signed(skill)}`,
    `  P(TP) by tenths, predicted:observed ${odds.deciles.map((tenth) => `${tenth.predicted.toFixed(2)}:${tenth.observed.toFixed(2)}`).join(' ')}`,
    `  variance    expected over realised: means ${ofMeans.toFixed(2)}, ratio's mean ${mean.toFixed(2)}, median ${median.toFixed(2)}, log deviation ${logDeviation.toFixed(2)}`,
  ];
}

function line(
  name: string,
  { n, signalsPer100Bars, predicted, observed, interval, expectancyR, expectancyError, breakeven }: Summary,
): string {
  const range = interval === null ? '-' : `[${interval.map((bound) => bound.toFixed(3)).join(', ')}]`;
  return `${name.padEnd(28)}${n} (${signalsPer100Bars.toFixed(1)} per 100 bars), P(TP) predicted ${three(predicted)} observed ${three(observed)} ${range} break-even ${three(breakeven)}, R ${expectancyR.toFixed(3)} ± ${expectancyError.toFixed(3)}`;
}

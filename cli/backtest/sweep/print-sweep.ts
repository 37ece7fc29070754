import type { SweepReport, SweepRow } from './run-sweep.ts';

/** Lines of a table that people read; --json has all. */
const MOST_LINES = 40;

/** The settings by their mean R, the best first. */
export function printSweep(
  title: string,
  { strategy, trials, span, closes, faults, rows }: SweepReport,
): string {
  const byR = rows.toSorted(
    (a, b) => (b.n === 0 ? -Infinity : b.expectancyR) - (a.n === 0 ? -Infinity : a.expectancyR),
  );
  const left = rows.length - MOST_LINES;
  return [
    title,
    `strategy      ${strategy}: ${trials} settings, each a trial`,
    `decided at    ${closes} closes from ${span.from} to ${span.to}, every call played, without gates and odds`,
    ...(faults.n === 0 ? [] : [`  failed      ${faults.n} decisions, taken as WAIT: ${faults.first}`]),
    `      N   mean R   95 % interval      TP  parameters`,
    ...byR.slice(0, MOST_LINES).map(line),
    ...(left > 0 ? [`${left} more, down to ${signed(byR.at(-1)!.expectancyR)} R: --json has them all`] : []),
    `Of ${trials} trials the best looks good by chance alone: its interval is that of a single one.`,
  ].join('\n');
}

function line({ n, expectancyR, expectancyError, tp, params }: SweepRow): string {
  const name = JSON.stringify(params);
  if (n === 0) return `      0        -                 -       -  ${name}`;
  const interval = `${signed(expectancyR - expectancyError)} to ${signed(expectancyR + expectancyError)}`;
  const share = `${(100 * tp).toFixed(0)} %`;
  return `${String(n).padStart(7)}  ${signed(expectancyR)}  ${interval.padStart(16)}  ${share.padStart(6)}  ${name}`;
}

const signed = (value: number): string =>
  Number.isFinite(value) ? (value >= 0 ? '+' : '') + value.toFixed(3) : '-';

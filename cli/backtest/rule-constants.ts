import type { AnalyseOptions } from '../../models/decision/analyse.ts';
import { UsageError } from '../command.ts';

/** Constants of the decision rule that are not options of their own, with their bounds. */
type RuleConstant = Exclude<
  keyof AnalyseOptions,
  'seed' | 'costBps' | 'minReward' | 'calibration' | 'experience' | 'profile'
>;

interface Bounds {
  readonly least: number;
  readonly most: number;
  readonly isWhole?: boolean;
}

const constants: Readonly<Record<RuleConstant, Bounds>> = {
  horizonBars: { least: 1, most: 500, isWhole: true },
  varianceSpread: { least: 0, most: 2 },
  restarts: { least: 1, most: 200, isWhole: true },
  minAgreement: { least: 0, most: 1 },
  scoreQuantile: { least: 0, most: 1 },
  scoreBars: { least: 10, most: 249, isWhole: true },
  driftScale: { least: 0.0001, most: 10 },
  windowWeight: { least: 0, most: 1 },
  stopMultiple: { least: 0.01, most: 10 },
  rewardMultiple: { least: 0.1, most: 20 },
  maxCostShare: { least: 0, most: 10 },
  jumpStep: { least: 0.001, most: 10 },
};

/** The constants of `NAME=number` options. Throws a UsageError that lists the names, or the bounds. */
export function ruleConstants(pairs: readonly string[]): Partial<Record<RuleConstant, number>> {
  return Object.fromEntries(pairs.map(constantOf));
}

function constantOf(pair: string): [string, number] {
  const [, name = '', text = ''] = /^([^=]+)=(.*)$/s.exec(pair) ?? [];
  if (!Object.hasOwn(constants, name))
    throw new UsageError(
      `--set ${pair}: NAME=number is needed, with one of ${Object.keys(constants).join(', ')}`,
    );
  const { least, most, isWhole = false } = constants[name as RuleConstant];
  const value = text.trim() === '' ? Number.NaN : Number(text);
  if (value >= least && value <= most && (!isWhole || Number.isInteger(value))) return [name, value];
  throw new UsageError(
    `--set ${pair}: a ${isWhole ? 'whole ' : ''}number from ${least} to ${most} is needed`,
  );
}

import { deskOptions } from '../../app/desk-options.ts';
import { unknownCalendar } from '../../app/walk/unknown-calendar.ts';
import { parseConfig } from '../../config.ts';
import type { Analysis } from '../../models/decision/analysis.ts';
import type { RiskLimits } from '../../operators/signals/gates/risk-gate.ts';
import { createInstruments } from '../../streams/provider/instruments.ts';

/** One way of playing the analyses of a file. */
export interface Reading {
  /** A filter under test: false skips the close as if it had been WAIT. @default all */
  readonly accept?: (analysis: Analysis) => boolean;
  /** Behind the server's gates, with these limits in place of its defaults; null: whatever is called is issued. */
  readonly gates: Partial<RiskLimits> | null;
}

const noLimits: RiskLimits = {
  maxPerDay: 0,
  maxPerHour: 0,
  minSpacingMs: 0,
  minReward: 0,
  maxCostPerStop: 0,
  maxVolatilityRatio: 0,
  flipFlopBars: 0,
};

const defaults = deskOptions(
  { config: parseConfig({}), instruments: createInstruments() },
  () => unknownCalendar,
);

/** The gates of a server's desk at its defaults, as far as a reading wants them. The news of the past are not known. */
export const deskOf = ({ gates }: Reading): typeof defaults => ({
  ...defaults,
  news: { ...defaults.news, failMode: 'open' },
  risk: gates === null ? noLimits : { ...defaults.risk, ...gates },
});

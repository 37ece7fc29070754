import type { Analysis, StrategyFault } from '../../models/decision/analysis.ts';

/** One of the things that are checked, and what came out, in a sentence. */
export interface Finding {
  readonly check: 'runs' | 'purity' | 'look-ahead' | 'warm-up' | 'levels' | 'cost';
  /** `failed`: the strategy may not run. `warning`: it may, and its author should know. */
  readonly result: 'passed' | 'warning' | 'failed';
  readonly message: string;
}

/** What the checks of a strategy found. */
export interface CheckReport {
  readonly passed: boolean;
  /** Which market they were made on: "stored candles of BTCUSD 1h". */
  readonly on: string;
  readonly decisions: number;
  readonly calls: number;
  readonly findings: readonly Finding[];
}

/** What came of one decision, and the processor time it took, ms. */
export type Tried = { readonly analysis: Analysis; readonly ms: number } | { readonly fault: StrategyFault };

/**
 * What a strategy's file imports: `anso-vision/strategy`. This is the package's door, the one file of ours that gathers what others define.
 */
export { z } from 'zod';
export { strategy } from './define.ts';
export * from './indicators.ts';
export type {
  CandleSeries,
  DecideInput,
  Drift,
  DriftSettings,
  Market,
  Needs,
  StrategyDecision,
} from './contract.ts';

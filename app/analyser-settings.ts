import type { Config } from '../config.ts';
import type { WindowAnalysersOptions } from '../operators/analysis/window-analysers.ts';
import type { Markets } from './markets.ts';

interface AnalyserConditions {
  readonly config: Pick<Config, 'SPREAD_BPS' | 'RISK_MIN_REWARD'>;
  readonly markets: Pick<Markets, 'jumpLimitsOf'>;
}

/** What of the configuration enters an analysis: the same live and in a walk through a recording. */
export const analyserSettings = ({
  config,
  markets,
}: AnalyserConditions): Pick<WindowAnalysersOptions, 'spreadBps' | 'minReward' | 'jumpStepOf'> => ({
  spreadBps: config.SPREAD_BPS,
  minReward: config.RISK_MIN_REWARD,
  jumpStepOf: (symbol) => markets.jumpLimitsOf(symbol).step,
});

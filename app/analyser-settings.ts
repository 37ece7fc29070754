import type { WindowAnalysersOptions } from '../operators/analysis/window-analysers.ts';
import type { Context } from './context.ts';

/** What of the configuration enters an analysis: the same live and in a walk through a recording. */
export const analyserSettings = ({
  config,
  markets,
}: Pick<Context, 'config' | 'markets'>): Pick<
  WindowAnalysersOptions,
  'spreadBps' | 'minReward' | 'jumpStepOf'
> => ({
  spreadBps: config.SPREAD_BPS,
  minReward: config.RISK_MIN_REWARD,
  jumpStepOf: (symbol) => markets.jumpLimitsOf(symbol).step,
});

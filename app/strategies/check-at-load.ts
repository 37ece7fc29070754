import type { CheckReport } from '../../strategy/checks/check-report.ts';
import type { Needs } from '../../strategy/contract.ts';
import { checkLoaded, sampleMarket } from '../../workers/strategies/check-loaded.ts';
import type { LoadedStrategy } from '../../workers/strategies/load-strategy.ts';
import { whyRefused } from '../../workers/strategies/open-strategies.ts';
import type { StoredMarket } from './stored-markets.ts';

/** Closes that a file must decide well on before it runs, and those of them with another future: half a second's work for the built-in rule. */
export const atLoad = { decisions: 24, futures: 1 };

/**
 * Checks a file before it runs: on stored candles with its assignment's parameters where there are any, else on a market of our own making. A
 * start stops nothing that may have run before for what the newest candles are: a file that has not changed since, and fails on them, runs
 * where it passes on our own market.
 */
export function checkAtLoad(
  marketFor: (strategy: string, needs: Needs) => Promise<StoredMarket>,
  limitMs: number,
): (strategy: LoadedStrategy, isChanged: boolean) => Promise<CheckReport> {
  return async (strategy, isChanged) => {
    const ownMarket = (why: string): Promise<CheckReport> => {
      const market = { ...sampleMarket, said: `${sampleMarket.said} (${why})` };
      return checkLoaded(strategy, { ...atLoad, limitMs, market });
    };
    const found = await marketFor(strategy.name, strategy.description.needs);
    if ('why' in found) return ownMarket(found.why);
    const parsed = await strategy.parse(found.params);
    if ('error' in parsed) return ownMarket('it does not take the parameters of its assignment');
    const { market } = found;
    const report = await checkLoaded(strategy, { ...atLoad, limitMs, market, params: parsed.params });
    return report.passed || isChanged ? report : ownMarket(whyRefused(report));
  };
}

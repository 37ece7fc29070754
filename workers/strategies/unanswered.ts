import type { Analysis, StrategyFault } from '../../models/decision/analysis.ts';
import { frameOf } from '../../models/decision/call-analysis.ts';
import { knownMarket } from '../../models/decision/known-market.ts';
import { quietAnalysis } from '../../models/decision/quiet-analysis.ts';
import type { StrategyTask } from './messages.ts';

/** WAIT, and why the strategy gave no answer. */
export function unanswered({ close, columns, options }: StrategyTask, fault: StrategyFault): Analysis {
  const { name, version } = close;
  const reason = `The strategy ${name} gave no answer: ${fault.message}.`;
  return {
    ...quietAnalysis(frameOf(knownMarket(columns, options), 24), null, reason),
    strategy: { name, version, tags: [], fault },
  };
}

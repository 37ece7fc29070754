import type { MarketContext } from '../chart/market-context.ts';
import type { TradeLevels } from './trade-levels.ts';

interface Findings {
  score: number;
  threshold: number;
  scoreQuantile: number;
  /** Share of the rival fits that support the call. */
  agreement: number | null;
  minAgreement: number;
  horizonBars: number;
  levels: TradeLevels | null;
  /** Share of entry. */
  cost: number;
  maxCostShare: number;
  context: MarketContext;
}

/** Whether a direction is called, and why or why not, in sentences for people. */
export function explain(findings: Findings): { called: boolean; reasons: string[] } {
  const refusal = refusalOf(findings);
  const { score, threshold, horizonBars, context } = findings;
  const pointing = `The score of ${score.toPrecision(3)} passes its threshold of ${threshold.toPrecision(3)}: over the next ${horizonBars} bars the regimes drift ${score > 0 ? 'up' : 'down'}.`;
  return { called: refusal === null, reasons: [refusal ?? pointing, ...remarks(context, score)] };
}

function refusalOf(findings: Findings): string | null {
  const { score, threshold, scoreQuantile, agreement, minAgreement, levels, cost, maxCostShare } = findings;
  if (score === 0) return 'The regimes show no drift.';
  if (Math.abs(score) < threshold) {
    const reached = Math.floor((100 * Math.abs(score)) / threshold);
    return `The score of ${score.toPrecision(3)} reaches ${reached} % of its threshold, which ${Math.round(100 * (1 - scoreQuantile))} of 100 recent bars pass.`;
  }
  if (agreement !== null && agreement < minAgreement)
    return `The score passes its threshold, but ${Math.round(100 * (1 - agreement))} % of the other fits that explain the window as well do not call it: it is the luck of the fit.`;
  if (levels === null) return 'The market moves too much, or too little, for the levels to be prices.';
  const share = cost / levels.risk;
  if (share > maxCostShare) {
    return `Cost is ${Math.round(100 * share)} % of the distance to the stop, more than the ${Math.round(100 * maxCostShare)} % allowed.`;
  }
  return null;
}

/** What the chart shows beside it. It is reported, not traded on: none of it improved the walk-forward (docs/analysis.md). */
function remarks({ trend, breakout, range }: MarketContext, score: number): string[] {
  const side = score > 0 ? 'up' : 'down';
  const lines: string[] = [];
  if (trend.direction !== 'flat')
    lines.push(`The trend is ${trend.direction}, ${trend.direction === side ? 'with' : 'against'} it.`);
  if (breakout.direction !== 'none') lines.push(`The last bar broke out ${breakout.direction}.`);
  if (range.isDiscount) lines.push('The price is at a discount in its range.');
  if (range.isPremium) lines.push('The price is at a premium in its range.');
  return lines;
}

import type { Candidate, Distance } from './analysis.ts';
import type { MarketContext } from '../chart/market-context.ts';

/** How far the last close, which is the entry, stands from what matters. */
export function distanceTo(
  entry: number,
  candidate: Candidate | null,
  context: MarketContext | null,
): Distance {
  const percent = (price: number | null | undefined): number | null =>
    price === null || price === undefined ? null : 100 * Math.abs(price / entry - 1);
  const support = context?.support ?? null;
  const resistance = context?.resistance ?? null;
  return {
    toEntryPct: 0,
    toTpPct: percent(candidate?.tp),
    toSlPct: percent(candidate?.sl),
    toSupportPct: percent(support),
    toResistancePct: percent(resistance),
    isWithinRange: support !== null && resistance !== null,
  };
}

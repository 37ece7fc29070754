import type { Decision } from '../../schema/signal.ts';

/**
 * The kind of break that an analysis found in its window (models/chart/discontinuity.ts), where only another history can mend it; else null: what
 * the next candle settles, or a market that stands still, is no fault of the history.
 */
export function breakOf({ lineage }: Pick<Decision, 'lineage'>): Broken | null {
  const found = lineage['discontinuity'];
  const kind = typeof found === 'object' && found !== null && 'kind' in found ? found.kind : null;
  return broken.find((one) => one === kind) ?? null;
}

const broken = ['step', 'print', 'apart', 'frozen'] as const;
type Broken = (typeof broken)[number];

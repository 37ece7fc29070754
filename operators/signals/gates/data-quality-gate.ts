import type { Decision, GateVerdict } from '../../../schema/signal.ts';
import type { WindowQuality } from '../../analysis/window-quality.ts';

export interface DataQualityLimits {
  /** Share of market hours that may be missing or incomplete. @default 0.05 */
  readonly maxMissingShare?: number;
  /** Bars that may be missing between the last ten. @default 2 */
  readonly maxRecentMissing?: number;
  /** Bars in a row that repeat one price: a feed that stands still. @default 5 */
  readonly maxFrozen?: number;
  /** Share of bars without a range. @default 0.6 */
  readonly maxFlatShare?: number;
}

/** Refuses a decision whose window is doubtful: part of it missing, a hole near its end, or a feed that stands still. */
export function dataQualityGate(
  _decision: Decision,
  quality: WindowQuality,
  { maxMissingShare = 0.05, maxRecentMissing = 2, maxFrozen = 5, maxFlatShare = 0.6 }: DataQualityLimits = {},
): GateVerdict {
  const reason =
    quality.missingShare > maxMissingShare
      ? `${percent(quality.missingShare)} of the window's market hours are missing or incomplete`
      : quality.recentIncomplete > 0
        ? `${quality.recentIncomplete} of the last ten candles incomplete`
        : quality.recentMissing > maxRecentMissing
          ? `${quality.recentMissing} candles missing among the last ten`
          : quality.frozen >= maxFrozen
            ? `the price has stood still for ${quality.frozen} candles`
            : quality.flatShare > maxFlatShare
              ? `${percent(quality.flatShare)} of the candles have no range`
              : undefined;
  return reason === undefined
    ? { gate: 'data_quality', passed: true }
    : { gate: 'data_quality', passed: false, reason };
}

const percent = (share: number): string => `${(100 * share).toFixed(1)} %`;

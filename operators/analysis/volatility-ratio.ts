/** Mean range of the last three bars over the median range of all; 1 where the median is zero. Columns oldest first. */
export function volatilityRatio(high: Float64Array, low: Float64Array): number {
  const ranges = high.map((top, i) => top - (low[i] ?? top));
  const latest = ranges.slice(-3);
  const median = ranges.toSorted()[ranges.length >> 1] ?? 0;
  if (median <= 0) return 1;
  return latest.reduce((sum, range) => sum + range, 0) / latest.length / median;
}

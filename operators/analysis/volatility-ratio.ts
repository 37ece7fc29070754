/** Mean range of the last three bars over the median range of all; Infinity where that is zero and they have moved, 1 where nothing has. Columns oldest first. */
export function volatilityRatio(high: Float64Array, low: Float64Array): number {
  const ranges = high.map((top, i) => top - (low[i] ?? top));
  const latest = ranges.slice(-3);
  const median = ranges.toSorted()[ranges.length >> 1] ?? 0;
  const recent = latest.reduce((sum, range) => sum + range, 0) / latest.length;
  return recent > 0 || median > 0 ? recent / median : 1;
}

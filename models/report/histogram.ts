export interface HistogramBin {
  /** Null: all that is lower; the value itself is in it. */
  readonly from: number | null;
  /** Null: all that is higher; the value itself is in the next. */
  readonly to: number | null;
  readonly count: number;
}

const widths = [0.1, 0.25, 0.5, 1, 2, 5, 10];
/** Share of the values on either side that may fall into a bin without an end: one outlier leaves the others apart. */
const tail = 0.01;

/**
 * Counts values by bins of one width, zero being an edge; the least width (0.1, 0.25, 0.5 … 10) with at most `most` of them. Values past
 * the outermost are in them, which then have no end there. In: any finite numbers. Out: every bin between the lowest and the highest, also
 * the empty ones; none without values.
 */
export function histogram(values: readonly number[], most = 24): HistogramBin[] {
  if (values.length === 0) return [];
  const sorted = Float64Array.from(values).sort();
  const skipped = Math.floor(sorted.length * tail);
  const [low, high] = [sorted[skipped]!, sorted[sorted.length - 1 - skipped]!];
  const span = (width: number) => indexOf(high, width) - indexOf(low, width) + 1;
  const width = widths.find((one) => span(one) <= most) ?? widths.at(-1)!;
  const first = indexOf(low, width);
  const bins = Math.min(most, span(width));
  const counts = Array.from<number>({ length: bins }).fill(0);
  for (const value of sorted) counts[Math.min(bins - 1, Math.max(0, indexOf(value, width) - first))]!++;
  const edge = (i: number) => Number(((first + i) * width).toFixed(2));
  return counts.map((count, i) => ({
    from: i === 0 && indexOf(sorted[0]!, width) < first ? null : edge(i),
    to: i === bins - 1 && indexOf(sorted.at(-1)!, width) >= first + bins ? null : edge(i + 1),
    count,
  }));
}

/** The bin of a value, counted from zero. 0.3 / 0.1 is less than 3 by the rounding of floats alone. */
const indexOf = (value: number, width: number): number => Math.floor(value / width + 1e-9);

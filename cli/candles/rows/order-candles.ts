import type { CandleColumns } from '../../../models/candle-columns.ts';
import type { LeftOut } from './left-out.ts';

export interface Ordered {
  /** Oldest first, one a time. */
  readonly candles: Omit<CandleColumns, 'volumeKind'>;
  /** Rows that stood behind a later one, where the file is not newest first. */
  readonly outOfOrder: number;
  readonly newestFirst: boolean;
}

/**
 * Rows of a file, oldest first. Of rows of one time that say the same the first is kept; of a candle that was written while it formed and
 * again later, the later state; of two that contradict each other neither, for nobody knows which is true. Where the file has volumes, rows
 * of volume 0 and one price are left out too: a minute without a trade has no candle.
 *
 * line: of each row in the file.
 */
export function orderCandles(
  columns: Omit<CandleColumns, 'volumeKind'>,
  line: Float64Array,
  leftOut: LeftOut,
): Ordered {
  const { time } = columns;
  const falls = countFalls(time);
  const order = Uint32Array.from(time, (_, i) => i);
  // Stable: of one time, the earlier line comes first.
  if (falls > 0) order.sort((a, b) => time[a]! - time[b]! || line[a]! - line[b]!);
  const kept = new Uint32Array(order.length);
  const hasVolume = columns.volume.some((volume) => volume > 0);
  let count = 0;
  for (let from = 0, to = 1; from < order.length; from = to++) {
    while (to < order.length && time[order[to]!] === time[order[from]!]) to++;
    const row = to - from === 1 ? order[from]! : oneOf(order.subarray(from, to), columns, line, leftOut);
    if (row === null) continue;
    if (hasVolume && isWithoutTrade(columns, row)) leftOut.count('noTrade', line[row]!);
    else kept[count++] = row;
  }
  const rows = kept.subarray(0, count);
  const pick = (values: Float64Array): Float64Array => {
    const picked = new Float64Array(count);
    for (let i = 0; i < count; i++) picked[i] = values[rows[i]!]!;
    return picked;
  };
  const newestFirst = falls > 0 && 2 * falls > time.length - 1;
  return {
    candles: {
      time: pick(time),
      open: pick(columns.open),
      high: pick(columns.high),
      low: pick(columns.low),
      close: pick(columns.close),
      volume: pick(columns.volume),
    },
    newestFirst,
    outOfOrder: newestFirst ? 0 : falls,
  };
}

/** How often a time is earlier than the one before. */
export function countFalls(time: Float64Array): number {
  let falls = 0;
  for (let i = 1; i < time.length; i++) if (time[i]! < time[i - 1]!) falls++;
  return falls;
}

/** The row that stands for all rows of one time, or null where they contradict each other. */
function oneOf(
  rows: Uint32Array,
  { open, high, low, close, volume }: Omit<CandleColumns, 'volumeKind'>,
  line: Float64Array,
  leftOut: LeftOut,
): number | null {
  let [best = 0] = rows;
  const superseded: { reason: 'repeated' | 'forming'; row: number }[] = [];
  for (const row of rows.subarray(1)) {
    const isSame = open[row] === open[best] && high[row] === high[best] && low[row] === low[best];
    if (isSame && close[row] === close[best] && volume[row] === volume[best]) {
      superseded.push({ reason: 'repeated', row });
      continue;
    }
    const [wider, narrower] = volume[row]! >= volume[best]! ? [row, best] : [best, row];
    const isLater =
      open[wider] === open[narrower] && high[wider]! >= high[narrower]! && low[wider]! <= low[narrower]!;
    if (!isLater) {
      leftOut.count('contradictory', line[rows[0]!]!, rows.length);
      return null;
    }
    superseded.push({ reason: 'forming', row: narrower });
    best = wider;
  }
  for (const { reason, row } of superseded) leftOut.count(reason, line[row]!);
  return best;
}

const isWithoutTrade = (
  { open, high, low, close, volume }: Omit<CandleColumns, 'volumeKind'>,
  row: number,
): boolean =>
  volume[row] === 0 && high[row] === low[row] && open[row] === close[row] && open[row] === high[row];

import type { VolumeKind } from '../../../../schema/candle.ts';
import type { Timeframe } from '../../../../schema/timeframe.ts';
import type { CandleFrame } from '../../../../schema/wire.ts';
import { createStore } from '../create-store.ts';

/** One bar of the chart. `time`: its open, Unix seconds. `closed: false` is the one still forming. */
export interface Bar {
  readonly time: number;
  readonly open: number;
  readonly high: number;
  readonly low: number;
  readonly close: number;
  readonly volume: number;
  /** What the volume counts; undefined where the server does not send it. */
  readonly volume_kind?: VolumeKind | undefined;
  readonly complete: boolean;
  readonly closed: boolean;
}

/** The bars of the symbol and timeframe on the chart, oldest first. */
export interface ChartData {
  readonly symbol: string;
  readonly timeframe: Timeframe;
  readonly state: 'loading' | 'ready' | 'failed';
  readonly bars: readonly Bar[];
  readonly error?: string;
  /** Are there older ones than the first bar? `later`: that could not be asked, for the reason; it is asked again. */
  readonly older: 'yes' | 'loading' | 'later' | 'none';
  readonly olderReason?: string | undefined;
}

export const chartData = createStore<ChartData | null>(null);

/** A bar beyond this many is dropped at the old end. */
export const mostBars = 12_000;

/** Inserts one bar by its time: a newer one is appended, a known one replaced. */
export function withBar(bars: readonly Bar[], bar: Bar): readonly Bar[] {
  const last = bars.at(-1);
  if (last === undefined || bar.time > last.time) return [...bars, bar].slice(-mostBars);
  const at = bars.findLastIndex((known) => known.time <= bar.time);
  const known = bars[at];
  if (known?.time !== bar.time) return bars.toSpliced(at + 1, 0, bar);
  return known.closed && !bar.closed ? bars : bars.with(at, bar);
}

/**
 * The forming bar updated with a price that is newer than the server's last candle frame, `time` in Unix ms: the server sends
 * a forming bar less often than a price, and the chart must not contradict the price above it. The next frame replaces it.
 */
export function withPrice(
  bars: readonly Bar[],
  price: number,
  time: number,
  seconds: number,
): readonly Bar[] {
  const last = bars.at(-1);
  if (last === undefined || last.closed || last.close === price) return bars;
  const offset = time / 1000 - last.time;
  if (offset < 0 || offset >= seconds) return bars;
  const high = Math.max(last.high, price);
  const low = Math.min(last.low, price);
  return bars.with(bars.length - 1, { ...last, high, low, close: price });
}

/**
 * Merges history from REST with the bars received live. Where both have a bar, the later version from history wins; a live bar that
 * is still forming but that history lacks, though it is older than history's end, does not exist.
 */
export function mergeHistory(history: readonly Bar[], live: readonly Bar[]): readonly Bar[] {
  const byTime = new Map(history.map((bar) => [bar.time, bar]));
  const end = history.at(-1)?.time ?? 0;
  for (const bar of live) {
    if (!byTime.has(bar.time) && (bar.closed || bar.time > end)) byTime.set(bar.time, bar);
  }
  return [...byTime.values()].sort((a, b) => a.time - b.time).slice(-mostBars);
}

export const barOf = (frame: CandleFrame): Bar => ({
  time: frame.candle.time,
  open: frame.candle.open,
  high: frame.candle.high,
  low: frame.candle.low,
  close: frame.candle.close,
  volume: frame.candle.volume,
  volume_kind: frame.candle.volume_kind,
  complete: frame.candle.complete,
  closed: frame.closed,
});

/** Bars with older ones in front. Where both have a time, the known one stays; the chart holds no more than it may. */
export function withOlder(bars: readonly Bar[], older: readonly Bar[]): readonly Bar[] {
  const first = bars[0]?.time ?? Infinity;
  const before = older.filter(({ time }) => time < first);
  return before.length === 0 ? bars : [...before, ...bars].slice(-mostBars);
}

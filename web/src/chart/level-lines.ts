import {
  LineStyle,
  type AutoscaleInfo,
  type IPriceLine,
  type ISeriesApi,
  type SeriesType,
} from 'lightweight-charts';
import type { Line } from './price-lines.ts';

export interface LevelLines {
  /** Draws these lines in place of the ones before. */
  readonly set: (lines: readonly Line[]) => void;
}

/** Horizontal lines at price levels of a series, such as entry, TP and SL. Widens the price scale to show them. */
export function levelLines(series: ISeriesApi<SeriesType>): LevelLines {
  let levels: readonly number[] = [];
  let drawn: IPriceLine[] = [];
  series.applyOptions({
    autoscaleInfoProvider: (original: () => AutoscaleInfo | null) => withLevels(original(), levels),
  });
  return {
    set: (lines) => {
      levels = lines.map(({ price }) => price);
      for (const line of drawn) series.removePriceLine(line);
      drawn = lines.map(({ price, title, color, dashed }) =>
        series.createPriceLine({
          price,
          title,
          color,
          lineWidth: 1,
          lineStyle: dashed ? LineStyle.Dashed : LineStyle.Solid,
          axisLabelVisible: true,
        }),
      );
    },
  };
}

/** The scale widened to hold the levels, unless they lie so far off that the candles would shrink to a line. */
function withLevels(info: AutoscaleInfo | null, levels: readonly number[]): AutoscaleInfo | null {
  if (info?.priceRange == null || levels.length === 0) return info;
  const { minValue, maxValue } = info.priceRange;
  const low = Math.min(minValue, ...levels);
  const high = Math.max(maxValue, ...levels);
  if (high - low > 4 * (maxValue - minValue)) return info;
  return { ...info, priceRange: { minValue: low, maxValue: high } };
}

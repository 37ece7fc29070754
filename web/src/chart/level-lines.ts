import type { IPriceLine, ISeriesApi, SeriesType } from 'lightweight-charts';
import type { Line } from './price-lines.ts';

export interface LevelLines {
  /** Labels these levels in place of the ones before. */
  readonly set: (lines: readonly Line[]) => void;
}

/** Price levels of a series, such as entry, TP and SL, as labels on its scale: the lines themselves belong to the signal's box. */
export function levelLines(series: ISeriesApi<SeriesType>): LevelLines {
  let drawn: IPriceLine[] = [];
  return {
    set: (lines) => {
      for (const line of drawn) series.removePriceLine(line);
      drawn = lines.map(({ price, title, color }) =>
        series.createPriceLine({
          price,
          title,
          color,
          lineVisible: false,
          lineWidth: 1,
          axisLabelVisible: true,
        }),
      );
    },
  };
}

import {
  CandlestickSeries,
  ColorType,
  createChart,
  createSeriesMarkers,
  CrosshairMode,
  LineStyle,
  TickMarkType,
  type AutoscaleInfo,
  type IPriceLine,
  type SeriesMarker,
  type Time,
  type UTCTimestamp,
} from 'lightweight-charts';
import { formatNumber } from '../format/price.ts';
import { formatTime } from '../format/time.ts';
import type { Bar } from '../state/candles.ts';
import { thin, type ChartColours } from './chart-colours.ts';
import type { Line } from './price-lines.ts';
import { regimeShading, type Shade } from './regime-shading.ts';
import { volumeBars } from './volume-bars.ts';

export interface PriceChart {
  readonly setBars: (bars: readonly Bar[]) => void;
  readonly setMarkers: (markers: SeriesMarker<UTCTimestamp>[]) => void;
  readonly setLines: (lines: readonly Line[]) => void;
  readonly setShades: (shades: readonly Shade[]) => void;
  /** Colours and decimals; also needed after the time zone changed, so that the axis is written anew. */
  readonly style: (colours: ChartColours, decimals: number) => void;
  /** Shows the newest bars at the usual spacing, as after a change of symbol. */
  readonly reset: () => void;
  readonly remove: () => void;
}

export interface ChartListeners {
  /** The id of a marker that was clicked. */
  readonly onSignal: (id: string) => void;
  /** The bar under the pointer; undefined where there is none. */
  readonly onHover: (bar: Bar | undefined) => void;
}

/** A candlestick chart in `host`, which it fills. */
export function createPriceChart(host: HTMLElement, { onSignal, onHover }: ChartListeners): PriceChart {
  // The library's own logo needs an inline style element, which our CSP refuses: the page shows the attribution itself.
  const chart = createChart(host, {
    autoSize: true,
    layout: { attributionLogo: false, fontSize: 11 },
    crosshair: { mode: CrosshairMode.Normal },
    timeScale: { timeVisible: true, secondsVisible: false, rightOffset: 6, barSpacing: 7, minBarSpacing: 1 },
  });
  let levels: readonly number[] = [];
  const candles = chart.addSeries(CandlestickSeries, {
    borderVisible: false,
    autoscaleInfoProvider: (original: () => AutoscaleInfo | null) => withLevels(original(), levels),
  });
  const volume = volumeBars(chart);
  candles.priceScale().applyOptions({ scaleMargins: { top: 0.08, bottom: 0.24 } });
  const markers = createSeriesMarkers<Time>(candles, []);
  const shading = regimeShading();
  candles.attachPrimitive(shading);

  let shown: readonly Bar[] = [];
  let lines: IPriceLine[] = [];
  let pale = '';
  const candleOf = ({ time, open, high, low, close, complete, closed }: Bar) => ({
    time: time as UTCTimestamp,
    open,
    high,
    low,
    close,
    // A candle with unheard parts is drawn pale: its numbers may still change.
    ...(complete || !closed ? {} : { color: pale, wickColor: pale }),
  });
  const drawAll = () => {
    candles.setData(shown.map(candleOf));
    volume.draw(shown);
  };

  chart.subscribeClick((event) => {
    if (typeof event.hoveredObjectId === 'string') onSignal(event.hoveredObjectId);
  });

  chart.subscribeCrosshairMove(({ time }) => onHover(shown.find((bar) => bar.time === time)));

  return {
    setBars: (bars) => {
      const changed = firstChange(shown, bars);
      const atTheEnd = shown.length > 0 && shown[0] === bars[0] && changed >= shown.length - 1;
      shown = bars;
      if (!atTheEnd) return drawAll();
      for (const bar of bars.slice(changed)) {
        candles.update(candleOf(bar));
        volume.update(bar);
      }
    },
    setMarkers: (next) => markers.setMarkers(next),
    setLines: (next) => {
      levels = next.map(({ price }) => price);
      for (const line of lines) candles.removePriceLine(line);
      lines = next.map(({ price, title, color, dashed }) =>
        candles.createPriceLine({
          price,
          title,
          color,
          lineWidth: 1,
          lineStyle: dashed ? LineStyle.Dashed : LineStyle.Solid,
          axisLabelVisible: true,
        }),
      );
    },
    setShades: (shades) => shading.set(shades),
    style: (colours, decimals) => {
      pale = thin(colours.faint, 0.5);
      volume.style({
        up: thin(colours.up, 0.32),
        down: thin(colours.down, 0.32),
        counted: thin(colours.faint, 0.28),
      });
      chart.applyOptions(chartStyle(colours));
      candles.applyOptions({
        upColor: colours.up,
        downColor: colours.down,
        wickUpColor: colours.up,
        wickDownColor: colours.down,
        priceLineColor: colours.faint,
        priceFormat: {
          type: 'custom',
          minMove: 10 ** -decimals,
          formatter: (price: number) => formatNumber(price, decimals),
        },
      });
      drawAll();
    },
    reset: () => {
      chart.timeScale().applyOptions({ barSpacing: 7, rightOffset: 6 });
      chart.timeScale().scrollToRealTime();
      candles.priceScale().applyOptions({ autoScale: true });
    },
    remove: () => chart.remove(),
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

/** Index of the first bar that is another object than before. */
function firstChange(before: readonly Bar[], after: readonly Bar[]): number {
  let i = 0;
  while (i < after.length && after[i] === before[i]) i += 1;
  return i;
}

const secondsOf = (time: Time) => Number(time) * 1000;

const chartStyle = ({ panel, ink, faint, rule, face }: ChartColours) => ({
  layout: { background: { type: ColorType.Solid, color: panel }, textColor: ink, fontFamily: face },
  grid: { vertLines: { color: thin(rule, 0.55) }, horzLines: { color: thin(rule, 0.55) } },
  rightPriceScale: { borderColor: rule },
  timeScale: {
    borderColor: rule,
    tickMarkFormatter: (time: Time, type: TickMarkType) =>
      formatTime(
        secondsOf(time),
        type >= TickMarkType.Time ? 'minute' : type === TickMarkType.DayOfMonth ? 'day' : 'month',
      ),
  },
  crosshair: {
    vertLine: { color: faint, labelBackgroundColor: ink },
    horzLine: { color: faint, labelBackgroundColor: ink },
  },
  localization: { locale: 'en-GB', timeFormatter: (time: Time) => formatTime(secondsOf(time), 'full') },
});

import {
  CandlestickSeries,
  createChart,
  createSeriesMarkers,
  CrosshairMode,
  type SeriesMarker,
  type Time,
  type UTCTimestamp,
} from 'lightweight-charts';
import type { Bar } from '../state/chart/candles.ts';
import { thin, type ChartColours } from './chart-colours.ts';
import { candleStyle, chartStyle } from './chart-style.ts';
import { chartView, type ChartView, type ViewListeners } from './chart-view.ts';
import { eventMarks, type EventMarks } from './event-marks.ts';
import { firstToUpdate } from './first-to-update.ts';
import { indicatorSeries, type IndicatorSeries } from './indicator-series.ts';
import { labelNow } from './label-now.ts';
import { levelLines } from './level-lines.ts';
import type { Line } from './price-lines.ts';
import { regimeShading, type Shade } from './regime-shading.ts';
import { signalBoxes, type SignalBox } from './signal-box.ts';
import { volumeBars } from './volume-bars.ts';

export interface PriceChart {
  readonly setBars: (bars: readonly Bar[]) => void;
  readonly setMarkers: (markers: SeriesMarker<UTCTimestamp>[]) => void;
  readonly setLines: (lines: readonly Line[]) => void;
  readonly setEvents: EventMarks['set'];
  readonly setBox: (box: SignalBox | null) => void;
  readonly setShades: (shades: readonly Shade[]) => void;
  /** Colours and decimals; also needed after the time zone changed, so that the axis is written anew. */
  readonly style: (colours: ChartColours, decimals: number) => void;
  /** Shows the newest bars at the usual spacing, as after a change of symbol. */
  readonly reset: () => void;
  readonly view: ChartView;
  readonly indicators: Pick<IndicatorSeries, 'choose' | 'legend'>;
  readonly remove: () => void;
}

export interface ChartListeners extends ViewListeners {
  /** The id of a marker that was clicked. */
  readonly onSignal: (id: string) => void;
  /** Indicators have values that they did not have when the bars were set. */
  readonly onIndicators: () => void;
  /** The bar under the pointer; undefined where there is none. */
  readonly onHover: (bar: Bar | undefined) => void;
}

/** A candlestick chart in `host`, which it fills. */
export function createPriceChart(host: HTMLElement, listeners: ChartListeners): PriceChart {
  const { onSignal, onHover, onIndicators } = listeners;
  // The library's own logo needs an inline style element, which our CSP refuses: the page shows the attribution itself.
  const chart = createChart(host, {
    autoSize: true,
    layout: { attributionLogo: false, fontSize: 11 },
    crosshair: { mode: CrosshairMode.Normal },
    timeScale: { timeVisible: true, secondsVisible: false, rightOffset: 6, barSpacing: 7, minBarSpacing: 1 },
  });
  const candles = chart.addSeries(CandlestickSeries, { borderVisible: false });
  const lines = levelLines(candles);
  const volume = volumeBars(chart);
  candles.priceScale().applyOptions({ scaleMargins: { top: 0.08, bottom: 0.24 } });
  const markers = createSeriesMarkers<Time>(candles, []);
  const shading = regimeShading();
  candles.attachPrimitive(shading);
  const events = eventMarks();
  candles.attachPrimitive(events);
  const boxes = signalBoxes();
  candles.attachPrimitive(boxes);
  const indicators = indicatorSeries(chart, onIndicators);
  const view = chartView(chart, host, listeners);

  let shown: readonly Bar[] = [];
  let pale = '';
  const candleOf = ({ time, open, high, low, close, complete, closed }: Bar) => ({
    time: time as UTCTimestamp,
    open,
    high,
    low,
    close,
    // An incomplete candle is drawn pale: its numbers may still be corrected.
    ...(complete || !closed ? {} : { color: pale, wickColor: pale }),
  });
  const drawAll = () => {
    candles.setData(shown.map(candleOf));
    volume.draw(shown);
  };

  chart.subscribeClick((event) => {
    if (typeof event.hoveredObjectId === 'string') onSignal(event.hoveredObjectId);
  });

  labelNow(chart, candles, () => shown.length - 1);

  chart.subscribeCrosshairMove(({ time }) => onHover(shown.find((bar) => bar.time === time)));

  return {
    setBars: (bars) => {
      const from = firstToUpdate(shown, bars);
      shown = bars;
      if (from === 0) drawAll();
      else
        for (const bar of bars.slice(from)) {
          candles.update(candleOf(bar));
          volume.update(bar);
        }
      indicators.setBars(bars);
    },
    setMarkers: (next) => markers.setMarkers(next),
    setLines: (next) => lines.set(next),
    setEvents: events.set,
    setBox: (box) => boxes.set(box),
    setShades: (shades) => shading.set(shades),
    style: (colours, decimals) => {
      pale = thin(colours.faint, 0.5);
      volume.style({
        up: thin(colours.up, 0.32),
        down: thin(colours.down, 0.32),
        counted: thin(colours.faint, 0.28),
      });
      chart.applyOptions(chartStyle(colours));
      candles.applyOptions(candleStyle(colours, decimals));
      indicators.style(colours.lines, colours.faint, decimals);
      drawAll();
    },
    reset: () => {
      chart.timeScale().applyOptions({ barSpacing: 7, rightOffset: 6 });
      chart.timeScale().scrollToRealTime();
      candles.priceScale().applyOptions({ autoScale: true });
    },
    view,
    indicators,
    remove: () => {
      indicators.close();
      view.close();
      chart.remove();
    },
  };
}

import {
  LineSeries,
  LineStyle,
  type IChartApi,
  type ISeriesApi,
  type LineSeriesPartialOptions,
  type UTCTimestamp,
} from 'lightweight-charts';
import { formatNumber } from '../format/price.ts';
import type { Bar } from '../state/chart/candles.ts';
import { kindOf, titleOf, type Indicator } from './indicators/kinds.ts';
import type { Run } from './indicators/run-indicator.ts';

/** An indicator's values at one bar, as the legend shows them. */
export interface LegendEntry {
  readonly title: string;
  readonly colour: string;
  readonly values: readonly string[];
}

export interface IndicatorSeries {
  /** Draws these indicators in place of the ones before; what computes them is loaded when the first is wanted. */
  readonly choose: (indicators: readonly Indicator[]) => void;
  readonly setBars: (bars: readonly Bar[]) => void;
  /** Colours of the lines, in order, and of what is faint; decimals of prices. */
  readonly style: (colours: readonly string[], faint: string, decimals: number) => void;
  /** Values at the bar that opens at `time`, Unix seconds; those of the last one where it is undefined. */
  readonly legend: (time: number | undefined) => readonly LegendEntry[];
  readonly close: () => void;
}

interface Drawn {
  readonly indicator: Indicator;
  readonly run: Run;
  readonly lines: readonly ISeriesApi<'Line'>[];
}

/** Height of a pane of its own, as a share of that of the candles. */
const paneShare = 0.28;

/** Indicators of a chart: lines on its candles, and panes below them. `onChange` is called when values have come later than the bars. */
export function indicatorSeries(chart: IChartApi, onChange: () => void): IndicatorSeries {
  let wanted: readonly Indicator[] = [];
  let drawn: readonly Drawn[] = [];
  let bars: readonly Bar[] = [];
  let look = { colours: ['gray'] as readonly string[], faint: 'gray', decimals: 2 };
  let isClosed = false;

  const draw = async () => {
    const before = wanted;
    const { runIndicator } = await import('./indicators/run-indicator.ts');
    if (isClosed || before !== wanted) return;
    for (const { lines } of drawn) for (const line of lines) chart.removeSeries(line);
    let pane = 0;
    drawn = wanted.map((indicator) => {
      const hasPane = kindOf(indicator).place === 'pane';
      if (hasPane) pane += 1;
      const lines = addLines(chart, indicator, { pane: hasPane ? pane : 0, faint: look.faint });
      return { indicator, run: runIndicator(indicator), lines };
    });
    chart.panes()[0]?.setStretchFactor(1);
    restyle();
    fill();
    onChange();
  };

  const restyle = () => {
    for (const [i, { indicator, lines }] of drawn.entries())
      for (const [j, line] of lines.entries()) {
        const isEdge = lines.length > 1 && j !== 1;
        line.applyOptions({
          color: colourAt(i),
          lineStyle: isEdge ? LineStyle.Dashed : LineStyle.Solid,
          ...styleOf(indicator, decimalsOf(indicator)),
        });
      }
  };
  const decimalsOf = ({ kind }: Indicator) => (kind === 'rsi' ? 1 : look.decimals);
  const colourAt = (i: number) => look.colours[i % look.colours.length]!;

  const fill = () => {
    for (const { run, lines } of drawn) {
      const from = run.set(bars);
      const values = run.values();
      for (const [j, line] of lines.entries()) {
        const pointAt = (i: number) => {
          const time = bars[i]!.time as UTCTimestamp;
          const value = values[i]?.[j] ?? null;
          return value === null ? { time } : { time, value };
        };
        if (from === 0) line.setData(bars.map((_, i) => pointAt(i)));
        else for (let i = from; i < bars.length; i++) line.update(pointAt(i));
      }
    }
  };

  return {
    choose: (indicators) => {
      if (indicators === wanted) return;
      wanted = indicators;
      if (wanted.length > 0 || drawn.length > 0) void draw();
    },
    setBars: (next) => {
      bars = next;
      fill();
    },
    style: (colours, faint, decimals) => {
      look = { colours, faint, decimals };
      restyle();
    },
    legend: (time) =>
      drawn.map(({ indicator, run }, i) => {
        const at = time === undefined ? bars.length - 1 : bars.findIndex((bar) => bar.time === time);
        const decimals = decimalsOf(indicator);
        return {
          title: titleOf(indicator),
          colour: colourAt(i),
          values: (run.values()[at] ?? []).map((value) =>
            value === null ? '–' : formatNumber(value, decimals),
          ),
        };
      }),
    close: () => {
      isClosed = true;
    },
  };
}

/** The empty lines of an indicator in a pane of the chart: 0 is that of the candles. */
function addLines(
  chart: IChartApi,
  indicator: Indicator,
  { pane, faint }: { readonly pane: number; readonly faint: string },
): ISeriesApi<'Line'>[] {
  const length = kindOf(indicator).lines;
  const lines = Array.from({ length }, () => chart.addSeries(LineSeries, {}, pane));
  if (pane > 0) chart.panes()[pane]?.setStretchFactor(paneShare);
  if (indicator.kind === 'rsi')
    for (const price of [30, 70])
      lines[0]?.createPriceLine({
        price,
        color: faint,
        lineStyle: LineStyle.Dotted,
        axisLabelVisible: false,
      });
  return lines;
}

function styleOf(indicator: Indicator, decimals: number): LineSeriesPartialOptions {
  const hasPane = kindOf(indicator).place === 'pane';
  return {
    lineWidth: 1,
    priceLineVisible: false,
    lastValueVisible: hasPane,
    crosshairMarkerVisible: false,
    title: hasPane ? titleOf(indicator) : '',
    priceFormat: {
      type: 'custom',
      minMove: 10 ** -decimals,
      formatter: (value: number) => formatNumber(value, decimals),
    },
  };
}

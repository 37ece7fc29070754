import { HistogramSeries, type IChartApi, type UTCTimestamp } from 'lightweight-charts';
import type { Bar } from '../state/chart/candles.ts';

interface VolumeTints {
  readonly up: string;
  readonly down: string;
  /** Of bars whose ticks were counted, for want of a volume. */
  readonly counted: string;
}

export interface VolumeBars {
  readonly draw: (bars: readonly Bar[]) => void;
  readonly update: (bar: Bar) => void;
  readonly style: (tints: VolumeTints) => void;
}

type Kind = 'traded' | 'ticks';

/**
 * Volumes at the foot of a chart. Traded units and counted ticks are numbers of different things: each has a scale of its
 * own, and the counted ones a colour of their own. What mixes both means nothing, and is not drawn.
 */
export function volumeBars(chart: IChartApi): VolumeBars {
  const seriesOf = (kind: Kind) => {
    const series = chart.addSeries(HistogramSeries, {
      priceScaleId: `volume-${kind}`,
      priceFormat: { type: 'volume' },
      lastValueVisible: false,
      priceLineVisible: false,
    });
    series.priceScale().applyOptions({ scaleMargins: { top: 0.82, bottom: 0 } });
    return series;
  };
  const series = { traded: seriesOf('traded'), ticks: seriesOf('ticks') };
  const kinds: readonly Kind[] = ['traded', 'ticks'];
  let tints: VolumeTints = { up: '', down: '', counted: '' };

  const colourOf = (bar: Bar, kind: Kind) => {
    if (kind === 'ticks') return tints.counted;
    return bar.close >= bar.open ? tints.up : tints.down;
  };
  const pointOf = (bar: Bar, kind: Kind) => {
    const time = bar.time as UTCTimestamp;
    return bar.volume_kind === kind ? { time, value: bar.volume, color: colourOf(bar, kind) } : { time };
  };

  return {
    draw: (bars) => {
      for (const kind of kinds) series[kind].setData(bars.map((bar) => pointOf(bar, kind)));
    },
    update: (bar) => {
      for (const kind of kinds) series[kind].update(pointOf(bar, kind));
    },
    style: (next) => {
      tints = next;
    },
  };
}

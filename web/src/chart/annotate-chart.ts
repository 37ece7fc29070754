import type { Timeframe } from '../../../schema/timeframe.ts';
import { timeframeSeconds } from '../format/timeframe.ts';
import type { Bar } from '../state/chart/candles.ts';
import { type ChartSignals, shownSignal } from '../state/chart/chart-signals.ts';
import { boxOfSignal } from './box-of-signal.ts';
import { type ChartColours, thin } from './chart-colours.ts';
import type { PriceChart } from './create-price-chart.ts';
import { marksOf } from './marks-of.ts';
import { priceLines } from './price-lines.ts';
import { leanOf, regimeSpans } from './regimes.ts';
import { signalMarkers } from './signal-markers.ts';

/** What is known of the bars beside their prices. */
interface Annotations {
  readonly bars: readonly Bar[];
  readonly timeframe: Timeframe;
  readonly here: ChartSignals;
  /** Id of the chosen signal. */
  readonly selectedId: string | null;
  readonly events: Parameters<typeof marksOf>[0];
}

/** Draws onto the candles: signals, the levels of one, events of the calendar, regimes. */
export function annotateChart(
  chart: PriceChart,
  palette: ChartColours,
  { bars, timeframe, here, selectedId, events }: Annotations,
): void {
  const times = bars.map((bar) => bar.time);
  chart.setMarkers(signalMarkers(here.issued, new Set(times), selectedId, palette));
  const shown = shownSignal(here, selectedId);
  chart.setLines(priceLines(shown, palette));
  chart.setBox(boxOfSignal(shown, times, palette));
  chart.setEvents(marksOf(events, times, timeframeSeconds[timeframe]), {
    colour: palette.amber,
    font: `10px ${palette.face}`,
  });
  chart.setShades(
    regimeSpans(times, here.all).map(({ from, to, state }) => ({
      from,
      to,
      fill: thin(palette[leanOf(state)], leanOf(state) === 'calm' ? 0.035 : 0.07),
      ribbon: thin(palette[leanOf(state)], 0.75),
    })),
  );
}

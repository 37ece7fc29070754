import { useLayoutEffect, useMemo, useRef, useState } from 'preact/hooks';
import { chartColours, thin, type ChartColours } from '../../chart/chart-colours.ts';
import { createPriceChart, type PriceChart as Chart } from '../../chart/create-price-chart.ts';
import { priceLines } from '../../chart/price-lines.ts';
import { leanOf, regimeSpans } from '../../chart/regimes.ts';
import { signalMarkers } from '../../chart/signal-markers.ts';
import { decimalsOf } from '../../../../schema/symbol/price-decimals.ts';
import { formatPrice } from '../../format/price.ts';
import { showSignal } from '../../live/show-signal.ts';
import type { Bar, ChartData } from '../../state/candles.ts';
import { chartSignals, shownSignal } from '../../state/chart-signals.ts';
import { onTheme } from '../../state/on-theme.ts';
import { selection } from '../../state/selection.ts';
import { settings } from '../../state/settings.ts';
import { signals } from '../../state/signals.ts';
import { useStore } from '../../state/use-store.ts';
import { BarLegend } from './bar-legend.tsx';

/** The candlestick chart. A canvas has no text, so its summary is its label and the table beside it contains the numbers. */
export function PriceChart({ data }: { readonly data: ChartData }) {
  const host = useRef<HTMLDivElement>(null);
  const chart = useRef<Chart | null>(null);
  const colours = useRef<ChartColours | null>(null);
  const [hovered, setHovered] = useState<Bar | undefined>();
  const known = useStore(signals, (now) => now);
  const selectedId = useStore(selection, (now) => now.signalId);
  const zone = useStore(settings, (now) => now.timeZone);
  const { symbol, timeframe, bars } = data;
  const here = useMemo(() => chartSignals(known, symbol, timeframe), [known, symbol, timeframe]);
  const decimals = decimalsOf(symbol, bars.at(-1)?.close ?? 1);

  const annotate = () => {
    if (chart.current === null || colours.current === null) return;
    const palette = colours.current;
    const times = bars.map((bar) => bar.time);
    chart.current.setMarkers(signalMarkers(here.issued, new Set(times), selectedId, palette));
    chart.current.setLines(priceLines(shownSignal(here, selectedId), palette));
    chart.current.setShades(
      regimeSpans(times, here.all).map(({ from, to, state }) => ({
        from,
        to,
        fill: thin(palette[leanOf(state)], leanOf(state) === 'calm' ? 0.035 : 0.07),
        ribbon: thin(palette[leanOf(state)], 0.75),
      })),
    );
  };
  const draw = useRef(annotate);
  draw.current = annotate;

  // All before the frame, so that the chart is drawn in it and not in one of its own.
  useLayoutEffect(() => {
    const made = createPriceChart(host.current!, { onSignal: showSignal, onHover: setHovered });
    chart.current = made;
    return () => {
      made.remove();
      chart.current = null;
    };
  }, []);
  useLayoutEffect(() => {
    const restyle = () => {
      colours.current = chartColours(host.current!);
      chart.current?.style(colours.current, decimals);
      draw.current();
    };
    restyle();
    return onTheme(restyle);
  }, [decimals, zone]);
  useLayoutEffect(() => chart.current?.reset(), [symbol, timeframe, data.state]);
  useLayoutEffect(() => chart.current?.setBars(bars), [bars]);
  useLayoutEffect(() => draw.current(), [known, selectedId, symbol, timeframe, bars.length]);

  const last = bars.at(-1);
  const gist = last === undefined ? 'no candles yet' : `last price ${formatPrice(symbol, last.close)}`;
  return (
    <>
      <div
        class="price-chart"
        ref={host}
        role="img"
        aria-label={`${symbol} ${timeframe} candlestick chart, ${bars.length} candles, ${here.issued.length} signals, ${gist}`}
      />
      {hovered !== undefined && <BarLegend bar={hovered} decimals={decimals} />}
    </>
  );
}

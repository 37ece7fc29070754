import { useLayoutEffect, useMemo, useRef, useState } from 'preact/hooks';
import { annotateChart } from '../../chart/annotate-chart.ts';
import { chartColours, type ChartColours } from '../../chart/chart-colours.ts';
import type { LegendEntry } from '../../chart/indicator-series.ts';
import { createPriceChart, type PriceChart as Chart } from '../../chart/create-price-chart.ts';
import { moveByKey } from '../../chart/move-by-key.ts';
import { timeframeSeconds } from '../../format/timeframe.ts';
import { loadOlder } from '../../live/load-older.ts';
import { soon } from '../../live/soon.ts';
import { seenRange, wantedRange } from '../../state/chart/chart-view.ts';
import { decimalsOf } from '../../../../schema/symbol/price-decimals.ts';
import { formatPrice } from '../../format/price.ts';
import { showSignal } from '../../live/show-signal.ts';
import type { Bar, ChartData } from '../../state/chart/candles.ts';
import { chartSignals } from '../../state/chart/chart-signals.ts';
import { indicators, indicatorsOf } from '../../state/chart/indicators.ts';
import { onTheme } from '../../state/on-theme.ts';
import { selection } from '../../state/selection.ts';
import { settings } from '../../state/settings.ts';
import { signals } from '../../state/signals.ts';
import { useStore } from '../../state/use-store.ts';
import { BarLegend } from './bar-legend.tsx';
import { useSymbolEvents } from './use-symbol-events.ts';
import { IndicatorLegend } from './indicator-legend.tsx';
import { OlderWord } from './older-word.tsx';

/** Bars left of the view at which older ones are asked for. */
const edgeBars = 60;

/** The candlestick chart. A canvas has no text, so its summary is its label and the table beside it contains the numbers. */
export function PriceChart({ data }: { readonly data: ChartData }) {
  const host = useRef<HTMLDivElement>(null);
  const chart = useRef<Chart | null>(null);
  const colours = useRef<ChartColours | null>(null);
  const [hovered, setHovered] = useState<Bar | undefined>();
  const known = useStore(signals, (now) => now);
  const selectedId = useStore(selection, (now) => now.signalId);
  const chosen = useStore(indicators, (all) => indicatorsOf(all, data.symbol, data.timeframe));
  const [atStart, setAtStart] = useState(false);
  const wanted = useStore(wantedRange, (now) => now);
  const events = useSymbolEvents(data.symbol);
  const zone = useStore(settings, (now) => now.timeZone);
  const { symbol, timeframe, bars } = data;
  const here = useMemo(() => chartSignals(known, symbol, timeframe), [known, symbol, timeframe]);
  const decimals = decimalsOf(symbol, bars.at(-1)?.close ?? 1);

  const annotate = () => {
    if (chart.current === null || colours.current === null) return;
    annotateChart(chart.current, colours.current, { here, selectedId, events, timeframe, bars });
  };
  const draw = useRef(annotate);
  draw.current = annotate;
  const [legend, setLegend] = useState<readonly LegendEntry[]>([]);
  const readLegend = useRef(() => {});
  readLegend.current = () => {
    const next = chart.current?.indicators.legend(hovered?.time) ?? [];
    setLegend((before) => (JSON.stringify(before) === JSON.stringify(next) ? before : next));
  };
  const times = useMemo(() => bars.map(({ time }) => time), [bars]);
  const range = () => chart.current?.view.range(times, timeframeSeconds[timeframe]) ?? null;
  const rangeOf = useRef(range);
  rangeOf.current = range;

  // All before the frame, so that the chart is drawn in it and not in one of its own.
  useLayoutEffect(() => {
    const keepRange = soon(400, () => seenRange.set(rangeOf.current()));
    const made = createPriceChart(host.current!, {
      onSignal: showSignal,
      onHover: setHovered,
      onIndicators: () => readLegend.current(),
      onMove: ({ byUser, barsBefore }) => {
        setAtStart(barsBefore < edgeBars);
        if (!byUser) return;
        keepRange.run();
        if (barsBefore < edgeBars) void loadOlder();
      },
    });
    chart.current = made;
    return () => {
      keepRange.cancel();
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
  useLayoutEffect(() => chart.current?.indicators.choose(chosen), [chosen]);
  useLayoutEffect(() => chart.current?.setBars(bars), [bars]);
  useLayoutEffect(() => readLegend.current(), [bars, hovered, decimals]);
  useLayoutEffect(
    () => draw.current(),
    [known, selectedId, symbol, timeframe, bars.length, bars[0]?.time, events],
  );
  useLayoutEffect(() => {
    if (wanted === null || data.state !== 'ready' || bars.length === 0) return;
    chart.current?.view.show(wanted, times, timeframeSeconds[timeframe]);
    wantedRange.set(null);
  }, [wanted, data.state, symbol, timeframe]);

  const last = bars.at(-1);
  const gist = last === undefined ? 'no candles yet' : `last price ${formatPrice(symbol, last.close)}`;
  return (
    <>
      <div
        class="price-chart"
        ref={host}
        role="img"
        tabIndex={0}
        onKeyDown={(event) => chart.current !== null && moveByKey(event, chart.current)}
        aria-label={`${symbol} ${timeframe} candlestick chart, ${bars.length} candles, ${here.issued.length} signals, ${gist}`}
      />
      {atStart && <OlderWord data={data} />}
      <div class="chart-legends">
        {hovered !== undefined && <BarLegend bar={hovered} decimals={decimals} />}
        <IndicatorLegend entries={legend} />
      </div>
    </>
  );
}

import type { PriceChart } from './create-price-chart.ts';

/** Arrow keys move the chart, plus and minus zoom, End goes back to the newest bars. Other keys are left to the page. */
export function moveByKey(event: KeyboardEvent, chart: Pick<PriceChart, 'view' | 'reset'>): void {
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  const moves: Readonly<Record<string, () => void>> = {
    ArrowLeft: () => chart.view.pan(-0.2),
    ArrowRight: () => chart.view.pan(0.2),
    PageUp: () => chart.view.pan(-0.9),
    PageDown: () => chart.view.pan(0.9),
    '+': () => chart.view.zoom(0.8),
    '=': () => chart.view.zoom(0.8),
    '-': () => chart.view.zoom(1.25),
    End: chart.reset,
  };
  const move = moves[event.key];
  if (move === undefined) return;
  event.preventDefault();
  move();
}

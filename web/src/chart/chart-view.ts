import type { IChartApi } from 'lightweight-charts';
import { placeOf, timeAt } from './bar-index.ts';

/** A stretch of time, Unix seconds. */
interface Range {
  readonly from: number;
  readonly to: number;
}

export interface ChartView {
  /** Shows a stretch of time of bars that open at `times` and last `seconds`; at once, or as soon as the chart has a width. */
  readonly show: (range: Range, times: readonly number[], seconds: number) => void;
  /** Moves by a share of what is visible; negative: to older bars. */
  readonly pan: (share: number) => void;
  /** Shows `factor` times as many bars, the newest visible one in its place. */
  readonly zoom: (factor: number) => void;
  /** What is visible; null while nothing is drawn. */
  readonly range: (times: readonly number[], seconds: number) => Range | null;
  readonly close: () => void;
}

export interface ViewListeners {
  /** Another stretch is seen. `barsBefore`: how many bars are left of it; below 0 where it begins before the first. */
  readonly onMove: (move: { readonly byUser: boolean; readonly barsBefore: number }) => void;
}

/** A move so soon after a touch, wheel or key is the user's, ms. */
const userMs = 1_200;

/** What part of a chart is seen, and who has moved it. */
export function chartView(chart: IChartApi, host: HTMLElement, { onMove }: ViewListeners): ChartView {
  const scale = chart.timeScale();
  let touchedAt = -Infinity;
  let waiting: (() => void) | null = null;
  const touch = () => (touchedAt = performance.now());
  const touches = ['pointerdown', 'pointermove', 'wheel', 'touchmove', 'keydown'] as const;
  const heard = (event: Event) => {
    // A pointer that only hovers moves nothing.
    if (event.type !== 'pointermove' || (event as PointerEvent).buttons !== 0) touch();
  };
  for (const type of touches) host.addEventListener(type, heard, { passive: true });
  const moved = () => {
    const range = scale.getVisibleLogicalRange();
    if (range === null) return;
    onMove({ byUser: performance.now() - touchedAt < userMs, barsBefore: range.from });
  };
  scale.subscribeVisibleLogicalRangeChange(moved);
  const sized = new ResizeObserver(() => {
    if (waiting === null || host.clientWidth === 0) return;
    const show = waiting;
    waiting = null;
    // The chart itself takes the new width in the same turn.
    requestAnimationFrame(show);
  });
  sized.observe(host);

  return {
    show: ({ from, to }, times, seconds) => {
      const show = () =>
        scale.setVisibleLogicalRange({
          from: placeOf(times, from, seconds),
          to: Math.max(placeOf(times, to, seconds), placeOf(times, from, seconds) + 5),
        });
      if (host.clientWidth === 0) waiting = show;
      else show();
    },
    pan: (share) => {
      const range = scale.getVisibleLogicalRange();
      if (range === null) return;
      touch();
      const by = (range.to - range.from) * share;
      scale.setVisibleLogicalRange({ from: range.from + by, to: range.to + by });
    },
    zoom: (factor) => {
      const range = scale.getVisibleLogicalRange();
      if (range === null) return;
      touch();
      scale.setVisibleLogicalRange({ from: range.to - (range.to - range.from) * factor, to: range.to });
    },
    range: (times, seconds) => {
      const range = scale.getVisibleLogicalRange();
      return range === null
        ? null
        : { from: timeAt(times, range.from, seconds), to: timeAt(times, range.to, seconds) };
    },
    close: () => {
      scale.unsubscribeVisibleLogicalRangeChange(moved);
      for (const type of touches) host.removeEventListener(type, heard);
      sized.disconnect();
    },
  };
}

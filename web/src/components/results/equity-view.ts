import type { PerformanceAnswer } from '../../../../schema/performance.ts';
import { withDrawdown } from '../../chart/with-drawdown.ts';
import { plotTicks } from './plot-ticks.ts';

/** The equity curve as it is drawn. Places are percentages of the plot's width and height, from its left and top. */
export interface EquityView {
  readonly points: readonly {
    readonly time: number;
    readonly r: number;
    readonly drawdown: number;
    readonly x: number;
    readonly y: number;
  }[];
  /** SVG paths of the sum and of the area of the falls. */
  readonly line: string;
  readonly fall: string;
  readonly zero: number;
  readonly ticks: readonly { readonly value: number; readonly top: number }[];
  /** Unix ms at the left, the middle and the right; one where all is of one time. */
  readonly times: readonly number[];
  /** Does it span less than two days, so that clock times tell more than dates? */
  readonly isShort: boolean;
  /** Results before the first point. */
  readonly before: number;
  /** The point nearest to a share (0 to 1) of the width. */
  readonly nearest: (share: number) => number;
}

/** Lays out `equity`, the last of `resolved` results. The sum changes when a result comes, and stays until the next. */
export function equityView(equity: PerformanceAnswer['equity'], resolved: number): EquityView {
  const before = Math.max(0, resolved - equity.length);
  // The highest of what came before the first point is not known: the falls are counted from there.
  const start = before === 0 ? 0 : (equity[0]?.r ?? 0);
  const falls = withDrawdown(equity.map(({ r }) => ({ r: r - start })));
  const top = Math.max(0.5, start, ...equity.map(({ r }) => r));
  const bottom = Math.min(-0.5, start, ...equity.map(({ r }) => r), ...falls.map(({ drawdown }) => drawdown));
  const [first, last] = [equity[0]?.time ?? 0, equity.at(-1)?.time ?? 0];
  const x = (time: number) => places(last === first ? 100 : ((time - first) / (last - first)) * 100);
  const y = (value: number) => places(((top - value) / (top - bottom)) * 100);
  const points = equity.map(({ time, r }, i) => {
    return { time, r, drawdown: falls[i]!.drawdown, x: x(time), y: y(r) };
  });
  const zero = y(0);
  return {
    points,
    line: `M0 ${y(start)}${points.map((point) => `H${point.x}V${point.y}`).join('')}`,
    fall: `M0 ${zero}${points.map((point) => `H${point.x}V${y(point.drawdown)}`).join('')}V${zero}Z`,
    zero,
    ticks: plotTicks(bottom, top, 5).map((value) => ({ value, top: y(value) })),
    times: last === first ? [first] : [first, (first + last) / 2, last],
    isShort: last - first < 2 * 86_400_000,
    before,
    nearest: (share) => {
      let nearest = 0;
      for (const [i, point] of points.entries())
        if (Math.abs(point.x - share * 100) <= Math.abs(points[nearest]!.x - share * 100)) nearest = i;
      return nearest;
    },
  };
}

const places = (value: number) => Number(value.toFixed(2));

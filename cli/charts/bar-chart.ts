import { COLOURS, frame, PLOT, text } from './frame.ts';

export interface BarChart {
  title: string;
  unit: string;
  series: readonly string[];
  /** Shares from 0 to 1, one a series; `interval` is drawn over the last one. */
  groups: readonly { label: string; values: readonly number[]; interval?: readonly [number, number] }[];
}

/** Grouped vertical bars. */
export function barChart({ title, unit, series, groups }: BarChart): string {
  const top =
    Math.ceil(10 * Math.max(...groups.flatMap(({ values, interval }) => [...values, ...(interval ?? [])]))) /
    10;
  const y = (value: number): number => PLOT.bottom - (value / top) * (PLOT.bottom - PLOT.top);
  const room = (PLOT.right - PLOT.left) / groups.length;
  const width = Math.min(40, (room * 0.8) / series.length);
  const marks = groups.map(({ label, values, interval }, g) => {
    const middle = PLOT.left + room * (g + 0.5);
    const x = (i: number): number => middle + (i - values.length / 2) * width;
    const bars = values.map(
      (value, i) =>
        `<rect x="${x(i).toFixed(1)}" y="${y(value).toFixed(1)}" width="${(width - 2).toFixed(1)}" height="${(PLOT.bottom - y(value)).toFixed(1)}" fill="${COLOURS[i]}"/>${text(x(i) + width / 2, y(interval?.[1] ?? value) - 4, value.toFixed(3), 'middle', 9)}`,
    );
    const centre = x(values.length - 1) + width / 2;
    const whisker = interval
      ? `<path d="M${centre} ${y(interval[0]).toFixed(1)}V${y(interval[1]).toFixed(1)}" stroke="#222" stroke-width="1.5"/>`
      : '';
    return (
      bars.join('') + whisker + text(middle, PLOT.bottom + 18, label, 'middle', groups.length > 6 ? 10 : 12)
    );
  });
  const ticks = Array.from({ length: Math.round(top * 10) + 1 }, (_, i) => i / 10);
  return frame(title, unit, series, ticks, y, marks.join('\n'));
}

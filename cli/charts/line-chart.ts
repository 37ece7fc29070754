import { COLOURS, frame, PLOT, text } from './frame.ts';

export interface LineChart {
  title: string;
  unit: string;
  lines: readonly { label: string; values: readonly number[] }[];
}

/** Lines over their index, each stretched over the whole width. */
export function lineChart({ title, unit, lines }: LineChart): string {
  const all = lines.flatMap(({ values }) => values);
  const step = 10;
  const low = Math.floor(Math.min(...all) / step) * step;
  const high = Math.ceil(Math.max(...all) / step) * step;
  const y = (value: number): number =>
    PLOT.bottom - ((value - low) / (high - low || 1)) * (PLOT.bottom - PLOT.top);
  const marks = lines.map(({ values }, i) => {
    const x = (index: number): number =>
      PLOT.left + (index / Math.max(1, values.length - 1)) * (PLOT.right - PLOT.left);
    const points = values.map((value, index) => `${x(index).toFixed(1)},${y(value).toFixed(1)}`);
    return `<polyline points="${points.join(' ')}" fill="none" stroke="${COLOURS[i % COLOURS.length]}" stroke-width="1.5"/>`;
  });
  const ticks = Array.from({ length: (high - low) / step + 1 }, (_, i) => low + step * i);
  marks.push(text((PLOT.left + PLOT.right) / 2, PLOT.bottom + 18, 'signals, first to last', 'middle', 11));
  return frame(
    title,
    unit,
    lines.map(({ label, values }) => `${label} (${values.length - 1})`),
    ticks,
    y,
    marks.join('\n'),
  );
}

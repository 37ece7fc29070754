const WIDTH = 760;
const HEIGHT = 320;
export const PLOT = { left: 60, right: 740, top: 50, bottom: 270 };
export const COLOURS = ['#4c78a8', '#f58518', '#54a24b'];

/** Text is escaped: labels come from files. */
export function text(
  x: number,
  y: number,
  content: string,
  anchor: 'start' | 'middle' | 'end' = 'start',
  size = 12,
): string {
  const safe = content.replaceAll('&', '&amp;').replaceAll('<', '&lt;');
  return `<text x="${x.toFixed(1)}" y="${y.toFixed(1)}" text-anchor="${anchor}" font-size="${size}">${safe}</text>`;
}

/** An SVG with title, unit, legend and horizontal grid; readable on light and dark pages, since it brings its own ground. */
export function frame(
  title: string,
  unit: string,
  legend: readonly string[],
  ticks: readonly number[],
  y: (value: number) => number,
  marks: string,
): string {
  const grid = ticks.map(
    (tick) =>
      `<line x1="${PLOT.left}" x2="${PLOT.right}" y1="${y(tick).toFixed(1)}" y2="${y(tick).toFixed(1)}" stroke="#ddd"/>${text(PLOT.left - 6, y(tick) + 4, String(tick), 'end', 11)}`,
  );
  const keys = legend.map(
    (label, i) =>
      `<rect x="${PLOT.left + 130 * i}" y="30" width="10" height="10" fill="${COLOURS[i % COLOURS.length]}"/>${text(PLOT.left + 15 + 130 * i, 39, label, 'start', 11)}`,
  );
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${HEIGHT}" font-family="sans-serif" fill="#222" role="img" aria-label="${title.replaceAll('"', '')}">
<rect width="${WIDTH}" height="${HEIGHT}" fill="#fff"/>
${text(PLOT.left, 20, title, 'start', 14)}
${text(PLOT.right, 39, unit, 'end', 11)}
${keys.join('\n')}
${grid.join('\n')}
${marks}
</svg>
`;
}

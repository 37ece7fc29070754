/** An SVG path through values, evenly spaced over the width, the scale's top at y 0. */
export function linePath(
  values: readonly number[],
  { width, height, top, bottom }: { width: number; height: number; top: number; bottom: number },
): string {
  const x = (i: number) => (values.length < 2 ? width : (i / (values.length - 1)) * width);
  const y = (value: number) => ((top - value) / (top - bottom || 1)) * height;
  return values.map((value, i) => `${i === 0 ? 'M' : 'L'}${x(i).toFixed(1)} ${y(value).toFixed(1)}`).join('');
}

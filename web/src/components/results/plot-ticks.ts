/**
 * Round values from `low` to `high` for an axis, lowest first: multiples of 1, 2 or 5 times a power of ten, at most `most` of them
 * (2 or more), zero among them where it lies between.
 */
export function plotTicks(low: number, high: number, most: number): number[] {
  const span = high - low;
  if (!(span > 0)) return [low];
  const power = 10 ** Math.floor(Math.log10(span / most));
  // 0.3 / 0.1 is less than 3 by the rounding of floats alone.
  const first = (step: number) => Math.ceil(low / step - 1e-9);
  const count = (step: number) => Math.floor(high / step + 1e-9) - first(step) + 1;
  const step = [1, 2, 5, 10, 20].map((digit) => digit * power).find((one) => count(one) <= most)!;
  return Array.from({ length: count(step) }, (_, i) => Number(((first(step) + i) * step).toPrecision(12)));
}

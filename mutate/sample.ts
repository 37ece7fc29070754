import { seededRandom } from '../models/random.ts';

/** `size` of the values in an order drawn by `seed`, so that the first of them are a sample too; all where there are no more. */
export function sample<T>(values: readonly T[], size: number, seed: number): T[] {
  const random = seededRandom(seed);
  return values
    .map((value) => ({ value, draw: random() }))
    .toSorted((one, other) => one.draw - other.draw)
    .slice(0, size)
    .map(({ value }) => value);
}

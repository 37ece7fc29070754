import { endianness } from 'node:os';
import type { KeptCandidate } from './candidate-book.ts';

/** Changes with the form of the bytes, and whenever what is kept of a candidate means something else. */
export const CANDIDATE_VERSION = 1;

const came = [null, 'up', 'down', 'neither', 'either', 'unknown'] as const;
const fields = 11;

/** A candidate as text: base64 of float64, little endian. One is kept at nearly every close: JSON of the same is three times as long. */
export function candidateText({ levels, bars, odds, weight, came: met }: KeptCandidate): string {
  const { from, expiresAt, entry, tp, sl } = levels;
  const { up, down, neither } = odds;
  const numbers = [from, expiresAt, bars, entry, tp, sl, up, down, neither, weight, came.indexOf(met)];
  const bytes = Buffer.from(Float64Array.from(numbers).buffer);
  return (endianness() === 'LE' ? bytes : bytes.swap64()).toString('base64');
}

/** The candidates of such texts, their bytes one after the other; none of what is no such text. */
export function candidatesOf(text: string): KeptCandidate[] {
  const bytes = Buffer.from(text, 'base64');
  const count = bytes.length / (8 * fields);
  if (!Number.isInteger(count)) return [];
  return Array.from({ length: count }, (_, i) => {
    const at = (field: number): number => bytes.readDoubleLE(8 * (i * fields + field));
    const [from, expiresAt, entry, tp, sl] = [at(0), at(1), at(3), at(4), at(5)];
    return {
      // TP lies where the candidate goes.
      levels: { id: '', direction: tp > sl ? 1 : -1, entry, tp, sl, from, expiresAt, cost: 0 },
      bars: at(2),
      odds: { up: at(6), down: at(7), neither: at(8) },
      weight: at(9),
      came: came[at(10)] ?? null,
    };
  });
}

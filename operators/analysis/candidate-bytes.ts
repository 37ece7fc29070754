import { endianness } from 'node:os';
import type { KeptCandidate, KeptCandidates } from './candidate-book.ts';

/** Changes with the form of the bytes, and whenever what is kept of a candidate means something else. */
const VERSION = 1;
const came = [null, 'up', 'down', 'neither', 'either', 'unknown'] as const;
const head = 3;
const fields = 11;

/** Candidates that are followed as text: base64 of float64, little endian. JSON of the same is twice as long, and they are kept at every close. */
export function candidateText({ until, taken, waiting }: KeptCandidates): string {
  const numbers = Float64Array.from([
    VERSION,
    until,
    taken.length,
    ...taken.flat(),
    ...waiting.flatMap(({ levels, odds, weight, last, ...one }) => [
      levels.from,
      levels.expiresAt,
      levels.entry,
      levels.tp,
      levels.sl,
      odds.up,
      odds.down,
      odds.neither,
      weight,
      came.indexOf(one.came),
      last,
    ]),
  ]);
  const bytes = Buffer.from(numbers.buffer);
  return (endianness() === 'LE' ? bytes : bytes.swap64()).toString('base64');
}

/** What `candidateText` was given; undefined for the text of another version, or none of ours. */
export function candidatesOf(text: string): KeptCandidates | undefined {
  const bytes = Buffer.from(text, 'base64');
  if (bytes.length % 8 !== 0 || bytes.length < head * 8) return undefined;
  const at = (i: number): number => bytes.readDoubleLE(i * 8);
  const [version, until, every] = [at(0), at(1), at(2)];
  const first = head + 2 * every;
  const count = (bytes.length / 8 - first) / fields;
  if (version !== VERSION || !isCount(every) || !isCount(count)) return undefined;
  return {
    until,
    taken: Array.from({ length: every }, (_, i) => [at(head + 2 * i), at(head + 2 * i + 1)] as const),
    waiting: Array.from({ length: count }, (_, i) => candidateAt(at, first + i * fields)),
  };
}

function candidateAt(at: (i: number) => number, i: number): KeptCandidate {
  const [from, expiresAt, entry, tp, sl] = [at(i), at(i + 1), at(i + 2), at(i + 3), at(i + 4)];
  return {
    // TP lies where the candidate goes.
    levels: { id: '', direction: tp > sl ? 1 : -1, entry, tp, sl, from, expiresAt, cost: 0 },
    odds: { up: at(i + 5), down: at(i + 6), neither: at(i + 7) },
    weight: at(i + 8),
    came: came[at(i + 9)] ?? null,
    last: at(i + 10),
  };
}

const isCount = (n: number): boolean => Number.isInteger(n) && n >= 0;

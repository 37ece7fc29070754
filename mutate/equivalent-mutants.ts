import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Mutant } from './mutants-of.ts';

/** A mutant that changes nothing anybody could notice, and why. It is known by its line's text, so that it may move within its file. */
export interface EquivalentMutant {
  readonly file: string;
  readonly before: string;
  readonly after: string;
  readonly why: string;
}

/**
 * The mutants of `equivalent.txt`: for each a heading with the file, what the line becomes, and the reason.
 *
 *     ## operators/ticks/feed-lag.ts
 *     - if (lag < lowest) lowest = lag;
 *     + if (lag <= lowest) lowest = lag;
 *     an equal lag changes nothing
 */
export function readEquivalentMutants(text: string): EquivalentMutant[] {
  const found: EquivalentMutant[] = [];
  let [file, before, after] = ['', '', ''];
  for (const line of text.split('\n')) {
    const [mark, rest] = [line.slice(0, 2), line.slice(2)];
    if (line.startsWith('## ')) file = line.slice(3);
    else if (mark === '- ') [before, after] = [rest, ''];
    else if (mark === '+ ' || line === '+') after = rest;
    else if (line !== '' && before !== '') {
      found.push({ file, before, after, why: line });
      before = '';
    }
  }
  return found;
}

export const equivalentMutants = readEquivalentMutants(
  readFileSync(join(import.meta.dirname, 'equivalent.txt'), 'utf8'),
);

const firstLine = (text: string) => text.split('\n')[0]!;

/** Of a change over several lines the first is compared. */
export const isSame = (mutant: Mutant, known: EquivalentMutant): boolean =>
  mutant.file === known.file &&
  firstLine(mutant.before) === known.before &&
  firstLine(mutant.after) === known.after;

export const isEquivalent = (mutant: Mutant): boolean =>
  equivalentMutants.some((known) => isSame(mutant, known));

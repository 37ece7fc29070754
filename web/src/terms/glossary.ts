import { decisionTerms } from './decision-terms.ts';
import { deliveryTerms } from './delivery-terms.ts';
import { resultTerms } from './result-terms.ts';
import { signalTerms } from './signal-terms.ts';
import type { Term } from './term.ts';

/** Every word that the page explains, by what it is about. `docs/words.md` is the same list on paper. */
export const glossary: readonly (readonly [topic: string, terms: readonly Term[]])[] = [
  ['A signal', signalTerms],
  ['A decision', decisionTerms],
  ['Results', resultTerms],
  ['Prices and posts', deliveryTerms],
];

const byWord = new Map(
  glossary.flatMap(([, terms]) =>
    terms.flatMap((term) =>
      [term.word, ...(term.also ?? [])].map((word) => [word.toLowerCase(), term] as const),
    ),
  ),
);

/** The term that a word of the page stands for, whatever its capitals. */
export const termOf = (word: string): Term | undefined => byWord.get(word.toLowerCase());

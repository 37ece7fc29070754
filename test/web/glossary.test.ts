import { glob, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { deliveryWords, gateWords, statusWords } from '../../web/src/format/words.ts';
import { glossary, termOf } from '../../web/src/terms/glossary.ts';

const root = join(import.meta.dirname, '../..');
const terms = glossary.flatMap(([, terms]) => terms);

describe('glossary', () => {
  it('explains every word that the page marks as explained', async () => {
    const marked: string[] = [];
    for await (const path of glob('web/src/components/**/*.tsx', { cwd: root })) {
      const text = await readFile(join(root, path), 'utf8');
      marked.push(
        ...[...text.matchAll(/(?:<Word>|<(?:Row|Pair)\s+name=")([^<{"]+)/g)].map((match) => match[1]!.trim()),
      );
    }
    expect(marked.length).toBeGreaterThan(20);
    expect(marked.filter((word) => termOf(word) === undefined)).toEqual([]);
  });

  it('explains every state, gate and end that a signal can have', () => {
    const ends = Object.values(statusWords).filter((word) => word !== 'Open');
    const states = Object.keys(deliveryWords).filter((state) => state !== 'sending');
    const words = [...ends, ...states, ...Object.values(gateWords)];
    expect(words.filter((word) => termOf(word) === undefined)).toEqual([]);
  });

  it('has each word once, with a sentence short enough to stand beside it', () => {
    const words = terms.flatMap(({ word, also = [] }) => [word, ...also]).map((word) => word.toLowerCase());
    expect(words.filter((word, i) => words.indexOf(word) !== i)).toEqual([]);
    for (const { word, sentence, paragraph } of terms) {
      expect(sentence, word).toMatch(/^[A-Z].{20,118}\.$/);
      expect(paragraph.length, word).toBeGreaterThan(sentence.length / 2);
    }
  });

  it('is docs/words.md, word for word (`npx vitest run test/web/glossary.test.ts --update` writes it)', async () => {
    await expect(wordsPage()).toMatchFileSnapshot(join(root, 'docs/words.md'));
  });
});

function wordsPage(): string {
  const parts = glossary.map(([topic, terms]) => {
    const rows = terms.map(({ word, also = [], sentence, paragraph }) => {
      const others = also.length === 0 ? '' : ` (${also.join(', ')})`;
      return `**${word}**${others}. ${sentence} ${paragraph}\n`;
    });
    return `## ${topic}\n\n${rows.join('\n')}`;
  });
  return `# Words of the page\n\nEvery dotted word of the page has this text behind it (\`web/src/terms/\`, from which this list is written).\n\n${parts.join('\n')}`;
}

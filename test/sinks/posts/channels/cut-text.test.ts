import { assert, constantFrom, array, integer, property } from 'fast-check';
import { describe, expect, it } from 'vitest';
import { cutText } from '../../../../sinks/posts/channels/cut-text.ts';

const family = '👨‍👩‍👧‍👦';
const flag = '🇨🇭';
const accent = 'e\u0301';

describe('cutText', () => {
  it('leaves alone what fits, and ends what it cuts with an ellipsis', () => {
    expect(cutText('0123456789', 10)).toBe('0123456789');
    expect(cutText('01234567890', 10)).toBe('012345678…');
  });

  it.each([
    ['an emoji', '📈'],
    ['a family, which is seven code points', family],
    ['a flag', flag],
    ['an accent of its own', accent],
    ['an escape', '\\*'],
    ['an entity', '&amp;'],
    ['a numbered entity', '&#128200;'],
    ['a mention', '<@!123456789>'],
    ['a custom emoji', '<:profit:123456789>'],
    ['a timestamp', '<t:1700000000:R>'],
  ])('never ends within %s', (_name, character) => {
    for (const limit of [2000, 4096]) {
      for (let before = limit - character.length - 2; before <= limit + 1; before++) {
        const text = `${'x'.repeat(before)}${character}${'y'.repeat(200)}`;
        const cut = cutText(text, limit);
        expect(cut.length).toBeLessThanOrEqual(limit);
        const rest = cut.slice(0, -1).replace(/^x+/, '');
        expect(rest === '' || rest.startsWith(character)).toBe(true);
      }
    }
  });

  it('holds the limit, and whole characters alone, whatever the text is made of', () => {
    const parts = constantFrom('a', ' ', '📈', family, flag, accent, '\\_', '&lt;', '<@1>', '&', '<', 'ก็');
    const graphemes = new Intl.Segmenter('en', { granularity: 'grapheme' });
    assert(
      property(array(parts, { maxLength: 120 }), integer({ min: 1, max: 150 }), (all, limit) => {
        const text = all.join('');
        const cut = cutText(text, limit);
        expect(cut.length).toBeLessThanOrEqual(limit);
        expect(cut.isWellFormed()).toBe(true);
        if (cut === text || limit < 30) return;
        const kept = cut.slice(0, -1);
        const starts = new Set([...graphemes.segment(text)].map(({ index }) => index));
        expect(text.startsWith(kept)).toBe(true);
        expect(starts.has(kept.length)).toBe(true);
      }),
    );
  });
});

const graphemes = new Intl.Segmenter('en', { granularity: 'grapheme' });

/** Sequences that must not be split: an escape, an HTML entity, a chat's mention, custom emoji or timestamp. */
const atoms = /\\.|&(?:#\d{1,7}|#x[\da-f]{1,6}|[a-z]\w{1,31});|<(?:@[!&]?|#|:|a:|t:|\/)[^<>\s]{1,99}>/giu;
const longestAtom = 110;

/**
 * Text of at most `maxLength` UTF-16 units, as chats count them. A shortened text ends with `…` and is cut between two characters
 * as a reader sees them: never inside an emoji, an accented letter, an escape or an entity.
 */
export function cutText(text: string, maxLength: number): string {
  if (text.length <= maxLength) return text;
  return `${text.slice(0, cutAt(text, Math.max(0, maxLength - 1))).trimEnd()}…`;
}

/** The last position at or before `limit` where the text may be cut. */
function cutAt(text: string, limit: number): number {
  const from = Math.max(0, limit - longestAtom);
  let at = limit;
  for (const { index, 0: atom } of text.slice(from, limit + longestAtom).matchAll(atoms))
    if (from + index < limit && from + index + atom.length > limit) at = from + index;
  const boundary = graphemes.segment(text).containing(at)?.index ?? at;
  if (boundary > 0 || at === 0) return boundary;
  // A single character fills the limit: at least do not split a surrogate pair.
  return /[\uD800-\uDBFF]/.test(text[at - 1]!) ? at - 1 : at;
}

const graphemes = new Intl.Segmenter('en', { granularity: 'grapheme' });

/** What means something only as a whole: an escape, an HTML entity, a mention, custom emoji or timestamp of a chat. */
const atoms = /\\.|&(?:#\d{1,7}|#x[\da-f]{1,6}|[a-z]\w{1,31});|<(?:@[!&]?|#|:|a:|t:|\/)[^<>\s]{1,99}>/giu;
const longestAtom = 110;

/**
 * Text of at most `maxLength` UTF-16 units, as chats count them. What is cut ends with `…`, and the cut lies between two characters
 * as readers see them: never within an emoji, an accent, an escape or an entity.
 */
export function cutText(text: string, maxLength: number): string {
  if (text.length <= maxLength) return text;
  return `${text.slice(0, cutAt(text, Math.max(0, maxLength - 1))).trimEnd()}…`;
}

/** The last place at or before `limit`, within the text, where it may be cut. */
function cutAt(text: string, limit: number): number {
  const from = Math.max(0, limit - longestAtom);
  let at = limit;
  for (const { index, 0: atom } of text.slice(from, limit + longestAtom).matchAll(atoms))
    if (from + index < limit && from + index + atom.length > limit) at = from + index;
  const boundary = graphemes.segment(text).containing(at)?.index ?? at;
  if (boundary > 0 || at === 0) return boundary;
  // One character as long as the limit: at least no half of a surrogate pair.
  return /[\uD800-\uDBFF]/.test(text[at - 1]!) ? at - 1 : at;
}

const plain = /^[ -~]*$/;
/** Controls, what turns or hides other text (bidi, zero width), halves of surrogate pairs, line separators, noncharacters. */
const unprintable = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}\p{Noncharacter_Code_Point}]/u;
const everyUnprintable = new RegExp(unprintable, 'gu');

/**
 * Why a text that a stranger sent is not taken, as `must not hold U+0000 (character 7)`; undefined where it is. The one rule of the
 * HTTP and WebSocket border: no field there is free text, so what cannot be printed is a mistake or an attack.
 */
export function textFault(text: string): string | undefined {
  if (plain.test(text)) return undefined;
  const found = unprintable.exec(text);
  return found === null ? undefined : `must not hold ${named(found[0])} (character ${found.index + 1})`;
}

/** A stranger's text as it may be repeated in an answer: what cannot be printed is named, and the rest is cut after `most` characters. */
export function quoted(text: string, most = 60): string {
  const shown = text.slice(0, most).replaceAll(everyUnprintable, (one) => `<${named(one)}>`);
  return text.length > most ? `${shown}…` : shown;
}

const named = (character: string): string =>
  `U+${character.codePointAt(0)!.toString(16).toUpperCase().padStart(4, '0')}`;

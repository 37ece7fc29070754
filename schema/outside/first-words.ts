/**
 * The beginning of a text from outside, at most `most` characters, without the word that the cut would divide: it may be half of a secret,
 * which nobody would recognise and mask.
 */
export function firstWords(text: string, most: number): string {
  if (text.length <= most) return text;
  return `${text.slice(0, most).replace(/\S*$/, '')}…`;
}

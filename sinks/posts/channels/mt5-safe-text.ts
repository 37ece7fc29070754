import { cutText } from './cut-text.ts';

/** Text that MT5's reader does not break on: no braces, quotes, backslashes or control characters, in one line. */
export function mt5SafeText(text: string, maxLength: number): string {
  const plain = text
    .replaceAll(/[{}"\\]/g, ' ')
    .replaceAll(/[\p{Cc}\u2028\u2029\s]+/gu, ' ')
    .replaceAll(/ {2,}/g, ' ')
    .trim();
  return cutText(plain, maxLength);
}

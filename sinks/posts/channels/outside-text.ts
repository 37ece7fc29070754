import { mt5SafeText } from './mt5-safe-text.ts';

/** Characters of an answer that are looked at: enough for what is shown of it. */
const looked = 8_192;
/** Left out at the end of what was cut, where a secret may be cut in two. */
const torn = 1_024;

/** Cleans texts of one receiver. */
export type OutsideText = (text: string, longest: number) => string;

/**
 * The one way from what a receiver sends to what is stored, shown and logged: without secrets, in one line, and nothing that PostgreSQL, JSON, a
 * terminal or MT5 breaks on (NUL and other control characters, half surrogates, quotes, braces). At most `longest` UTF-16 units.
 */
export function outsideText(mask: (text: string) => string): OutsideText {
  return (text, longest) => {
    const head = mask(text.slice(0, looked).toWellFormed());
    return mt5SafeText(text.length > looked ? head.slice(0, -torn) : head, longest);
  };
}

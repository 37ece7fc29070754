import type { Mode, Owned } from '../../../schema/strategies/assignment.ts';

export const modeWords: Readonly<Record<Mode, string>> = { shadow: 'Shadow', paper: 'Paper', live: 'Live' };

/** Is it the built-in rule's, live? So is what servers of before assignments answer, which name neither. */
export const isUsual = ({ assignment = 'regime', mode = 'live' }: Owned): boolean =>
  assignment === 'regime' && mode === 'live';

/** Is it one that no follower has: a shadow, or on paper? */
export const isApart = ({ mode = 'live' }: Owned): boolean => mode !== 'live';

/** Whose signal it is, as `gold-break, shadow`; null for the usual one, of which there is nothing to say. */
export function whoseWords(signal: Owned): string | null {
  if (isUsual(signal)) return null;
  const { assignment = 'regime', mode = 'live' } = signal;
  return mode === 'live' ? assignment : `${assignment}, ${mode}`;
}

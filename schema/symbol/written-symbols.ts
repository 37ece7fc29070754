/** Written forms remembered; anybody may write one, so their number is bounded. */
const most = 10_000;
const written = new Map<string, string>();

/**
 * Remembers how a symbol was written where its public form loses that: the slash of a pair, the case of an exchange's name.
 * The first form stands, and the configuration is read before anybody else writes one.
 */
export function rememberWritten(symbol: string, form: string): void {
  if (!written.has(symbol) && written.size < most) written.set(symbol, form);
}

/** The form it was written in, or undefined where its public form is unambiguous. */
export const writtenForm = (symbol: string): string | undefined => written.get(symbol);

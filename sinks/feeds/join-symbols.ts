import type { Unwatched } from '../../schema/symbol/watch-answer.ts';
import type { Connection } from './feed-server.ts';
import type { SymbolInterest } from './symbol-interest.ts';

export interface Joined {
  readonly symbols: readonly string[];
  /** Sends the client the symbols that the server does not watch: one error frame per reason. */
  readonly complain: () => void;
}

/** The message of each error code, before the symbols' names. */
export const unwatched: Readonly<Record<Unwatched, string>> = {
  symbol_unknown: 'the provider does not know',
  symbol_limit: 'this server has no room to watch',
  symbol_not_offered: 'this server watches its own symbols alone, not',
};

/** Symbols of a subscribe or unsubscribe frame, each once. */
export function requestedSymbols(request: {
  symbol?: string | undefined;
  symbols?: string[] | undefined;
}): string[] {
  return [
    ...new Set([...(request.symbol === undefined ? [] : [request.symbol]), ...(request.symbols ?? [])]),
  ];
}

/** Subscribes a connection to symbols. Resolves to those that the server watches; to none if the connection has closed. */
export async function joinSymbols<State>(
  interest: SymbolInterest<Connection<State>>,
  connection: Connection<State>,
  asked: readonly string[],
): Promise<Joined> {
  const answers = await Promise.allSettled(asked.map((symbol) => interest.join(symbol, connection)));
  const where = (answer: string) =>
    asked.filter((_, i) => {
      const settled = answers[i]!;
      return (settled.status === 'fulfilled' ? settled.value : 'failed') === answer;
    });
  // A symbol may have been expelled while others were pending; the client received its error frame then.
  const symbols = where('ok').filter((symbol) => interest.of(symbol).has(connection));
  if (!connection.isOpen) {
    for (const symbol of symbols) interest.leave(symbol, connection);
    return { symbols: [], complain: () => undefined };
  }
  return {
    symbols,
    complain: () => {
      const sendError = (code: string, message: string, refused: readonly string[]) => {
        if (refused.length === 0) return;
        const rest = refused.length > 10 ? ` and ${refused.length - 10} more` : '';
        connection.fail(code, `${message} ${refused.slice(0, 10).join(', ')}${rest}`);
      };
      for (const code of ['symbol_unknown', 'symbol_limit', 'symbol_not_offered'] as const)
        sendError(code, unwatched[code], where(code));
      sendError('internal', 'could not be watched:', where('failed'));
    },
  };
}

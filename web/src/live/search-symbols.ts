import type { FoundSymbol, SymbolSearchAnswer } from '../../../schema/symbol/found-symbol.ts';
import { getJson } from '../api/get-json.ts';

/** What is typed within this time is asked as one, ms. */
const pauseMs = 250;

export interface SearchResult {
  readonly query: string;
  readonly found: readonly FoundSymbol[];
  /** Why there is no answer, in the server's words. */
  readonly error: string | null;
}

/** Searches as the user types: the last letters count, and answers to earlier ones are dropped. */
export function symbolSearcher(onResult: (result: SearchResult) => void) {
  let timer: ReturnType<typeof setTimeout> | undefined;
  let last = 0;
  const ask = async (query: string, number: number) => {
    const path = `/symbols/search?query=${encodeURIComponent(query)}`;
    const result = await getJson<SymbolSearchAnswer>(path).then(
      ({ symbols }): SearchResult => ({ query, found: symbols, error: null }),
      (error: unknown): SearchResult => ({
        query,
        found: [],
        error: error instanceof Error ? error.message : String(error),
      }),
    );
    if (number === last) onResult(result);
  };
  return {
    type: (text: string) => {
      clearTimeout(timer);
      const number = ++last;
      const query = text.trim().slice(0, 40);
      if (query !== '') timer = setTimeout(() => void ask(query, number), pauseMs);
    },
    stop: () => {
      clearTimeout(timer);
      last++;
    },
  };
}

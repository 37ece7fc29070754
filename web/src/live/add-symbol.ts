import type { WatchedSymbol } from '../../../schema/rest.ts';
import { select, selection } from '../state/selection.ts';
import { symbols } from '../state/server.ts';
import { createStore } from '../state/create-store.ts';
import { watchList } from '../state/watch-list.ts';
import { askSymbols } from './keep-asking.ts';
import { loadDays } from './load-days.ts';

/** What the server last refused to watch, in its own words, by symbol. */
const refusals = createStore<ReadonlyMap<string, string>>(new Map());

/** How often the server is asked whether it watches a new symbol, and how long it may take until it has its candles, ms. */
const everyMs = 400;
const patienceMs = 20_000;
/** Candles that a chart can begin with. */
const enough = 100;

/** Notes an error frame that names symbols which the user has added. */
export function hearRefusal({ message }: { readonly message: string }): void {
  const words = new Set(message.split(/[\s,]+/));
  const named = watchList.get().added.filter((symbol) => words.has(symbol));
  if (named.length === 0) return;
  refusals.update((known) => new Map([...known, ...named.map((symbol) => [symbol, message] as const)]));
}

/** Takes a symbol out of the user's list. The last one to leave it ends its subscription. */
export function removeSymbol(symbol: string): void {
  watchList.update(({ added, groups }) => ({
    added: added.filter((one) => one !== symbol),
    groups: groups.map((group) => ({ ...group, symbols: group.symbols.filter((one) => one !== symbol) })),
  }));
  if (selection.get().symbol === symbol) select({ symbol: symbols.get().data?.symbols[0]?.symbol ?? null });
}

/**
 * Adds a symbol to the user's list, which subscribes to it, and shows its chart once the server has its candles. Answers why it could not
 * be, or null.
 */
export async function addSymbol(symbol: string): Promise<string | null> {
  const watched = (): WatchedSymbol | undefined =>
    symbols.get().data?.symbols.find((one) => one.symbol === symbol);
  const isReady = (): boolean => {
    const history = watched()?.history?.[selection.get().timeframe ?? ''];
    return watched()?.pinned === true || (history ?? 0) >= enough;
  };
  const isNew = !watchList.get().added.includes(symbol) && watched()?.pinned !== true;
  refusals.update((known) => new Map([...known].filter(([name]) => name !== symbol)));
  if (isNew) watchList.update((list) => ({ ...list, added: [...list.added, symbol] }));
  for (let waited = 0; waited < patienceMs && !isReady(); waited += everyMs) {
    await new Promise((done) => setTimeout(done, everyMs));
    const refusal = refusals.get().get(symbol);
    if (refusal !== undefined) {
      if (isNew) removeSymbol(symbol);
      return refusal;
    }
    await askSymbols();
  }
  const found = watched();
  if (found === undefined) {
    if (isNew) removeSymbol(symbol);
    return `${symbol} is not watched: the server did not answer`;
  }
  void loadDays([found]);
  select({ symbol, signalId: null, view: 'chart' });
  return null;
}

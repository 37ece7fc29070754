import type { Provider } from '../../streams/provider/open-provider.ts';
import type { Symbols } from '../../streams/symbol/symbols.ts';
import type { Analysis } from './analysis.ts';
import type { Context } from '../context.ts';

/**
 * Open signals of symbols that nobody asks for, posted ones among them, are followed to their end. Nobody waits for it: the
 * provider may be away.
 */
export function followOpenSignals(
  { log }: Context,
  { openSignals, isOpen }: Analysis,
  { watchList }: Pick<Provider, 'watchList'>,
  { tell }: Pick<Symbols, 'tell'>,
): void {
  const follow = async (symbol: string, onlyPosted: boolean): Promise<void> => {
    if (watchList.current().has(symbol)) return;
    if (!onlyPosted && (await watchList.watch(symbol)) === 'ok') watchList.release(symbol);
    else await tell({ kind: 'watch', symbol });
  };
  const followAnyhow = (symbol: string, onlyPosted: boolean) => {
    follow(symbol, onlyPosted).catch((error: unknown) =>
      log.error({ err: error, symbol }, 'its open signals are not followed'),
    );
  };
  const isPosted = new Map<string, boolean>();
  for (const { symbol, lineage } of openSignals.values()) {
    isPosted.set(symbol, (isPosted.get(symbol) ?? true) && lineage['source'] === 'posted');
  }
  for (const [symbol, onlyPosted] of isPosted) followAnyhow(symbol, onlyPosted);
  watchList.lost$.subscribe(({ symbol }) => {
    if (isOpen(symbol)) followAnyhow(symbol, true);
  });
}

import { useState } from 'preact/hooks';
import type { WatchedSymbol } from '../../../../schema/rest.ts';
import { withAll } from '../../state/arrange-groups.ts';
import { ownSymbols } from '../../state/own-symbols.ts';
import { symbols } from '../../state/server.ts';
import { settings } from '../../state/settings.ts';
import { useStore } from '../../state/use-store.ts';
import { watchList } from '../../state/watch-list.ts';
import { ArrangeList } from './arrange-list.tsx';
import { SymbolSearch } from './symbol-search.tsx';
import { WatchRow } from './watch-row.tsx';

const nobody: readonly WatchedSymbol[] = [];

/** The user's symbols. Up and down arrows move between them. */
export function WatchList() {
  const { data, error } = useStore(symbols, (asked) => asked);
  const hidden = useStore(settings, (chosen) => chosen.hidden);
  const { added, groups } = useStore(watchList, (list) => list);
  const [isArranged, arrange] = useState(false);
  const own = ownSymbols(data?.symbols ?? nobody, added);
  const bySymbol = new Map(own.map((watched) => [watched.symbol, watched]));
  const all = withAll(groups, [...bySymbol.keys()]);
  const shown = all.map((group) => ({
    ...group,
    symbols: group.symbols.filter((symbol) => bySymbol.has(symbol) && !hidden.includes(symbol)),
  }));
  return (
    <section class="panel watch" data-view="market" aria-labelledby="watch-title">
      <div class="panel-head">
        <h2 id="watch-title">Market</h2>
        <span class="panel-note">change in 24 h</span>
        <button
          type="button"
          class="text-button"
          aria-label={isArranged ? 'Done arranging the list' : 'Arrange the list'}
          onClick={() => arrange(!isArranged)}
        >
          {isArranged ? 'Done' : 'Arrange'}
        </button>
      </div>
      <SymbolSearch />
      {isArranged ? (
        <ArrangeList groups={all} known={new Set(bySymbol.keys())} />
      ) : (
        <div class="watch-groups" onKeyDown={moveFocus}>
          {shown
            .filter(({ symbols }) => symbols.length > 0)
            .map((group) => (
              <section key={group.name} aria-label={group.name || 'Symbols'}>
                {group.name !== '' && (
                  <div class="watch-group">
                    <h3>{group.name}</h3>
                  </div>
                )}
                <ul class="watch-list">
                  {group.symbols.map((symbol) => (
                    <WatchRow key={symbol} watched={bySymbol.get(symbol)!} />
                  ))}
                </ul>
              </section>
            ))}
        </div>
      )}
      {data === null && (
        <p class="empty">{error === null ? 'Asking for symbols…' : `No symbols: ${error}`}</p>
      )}
      {data !== null && shown.every((group) => group.symbols.length === 0) && (
        <p class="empty">Every symbol is hidden. Arrange, or Settings, brings them back.</p>
      )}
    </section>
  );
}

function moveFocus(event: KeyboardEvent & { readonly currentTarget: HTMLElement }): void {
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (step === undefined) return;
  const rows = [...event.currentTarget.querySelectorAll<HTMLElement>('.watch-open')];
  const at = rows.findIndex((row) => row === document.activeElement);
  if (at < 0) return;
  event.preventDefault();
  rows[(at + step + rows.length) % rows.length]?.focus();
}

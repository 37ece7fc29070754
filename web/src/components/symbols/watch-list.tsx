import type { WatchedSymbol } from '../../../../schema/rest.ts';
import { symbols } from '../../state/server.ts';
import { settings } from '../../state/settings.ts';
import { useStore } from '../../state/use-store.ts';
import { WatchRow } from './watch-row.tsx';

const nobody: readonly WatchedSymbol[] = [];

/** The watched symbols. Up and down arrows move between them. */
export function WatchList() {
  const { data, error } = useStore(symbols, (asked) => asked);
  const hidden = useStore(settings, (chosen) => chosen.hidden);
  const shown = (data?.symbols ?? nobody).filter(({ symbol }) => !hidden.includes(symbol));
  return (
    <section class="panel watch" data-view="market" aria-labelledby="watch-title">
      <div class="panel-head">
        <h2 id="watch-title">Market</h2>
        <span class="panel-note">change in 24 h</span>
      </div>
      <ul class="watch-list" onKeyDown={moveFocus}>
        {shown.map((watched) => (
          <WatchRow key={watched.symbol} watched={watched} />
        ))}
      </ul>
      {data === null && (
        <p class="empty">{error === null ? 'Asking for symbols…' : `No symbols: ${error}`}</p>
      )}
      {data !== null && shown.length === 0 && (
        <p class="empty">Every symbol is hidden. Settings brings them back.</p>
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

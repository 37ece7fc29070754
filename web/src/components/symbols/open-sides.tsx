import { isApart } from '../../format/whose.ts';
import { signals } from '../../state/signals.ts';
import { useStore } from '../../state/use-store.ts';

/** Marks a symbol with an open signal by its direction; the text is for users who do not see the mark. */
export function OpenSides({ symbol }: { readonly symbol: string }) {
  const sides = useStore(signals, ({ byId }) => {
    const open = [...byId.values()].filter(
      (signal) => signal.symbol === symbol && signal.status === 'open' && !isApart(signal),
    );
    return ['BUY', 'SELL'].filter((side) => open.some((signal) => signal.signal_type === side)).join(' ');
  });
  if (sides === '') return null;
  return (
    <span class="open-sides" title={`Open signal: ${sides}`}>
      {sides.includes('BUY') && <span class="tone-up">▲</span>}
      {sides.includes('SELL') && <span class="tone-down">▼</span>}
      <span class="visually-hidden"> open {sides}</span>
    </span>
  );
}

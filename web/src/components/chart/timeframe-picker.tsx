import type { Timeframe } from '../../../../schema/timeframe.ts';
import { select, selection } from '../../state/selection.ts';
import { symbols } from '../../state/server.ts';
import { useStore } from '../../state/use-store.ts';

const none: readonly Timeframe[] = [];

/** The timeframes the server keeps of a symbol, as radio buttons: arrow keys come free. */
export function TimeframePicker({ symbol }: { readonly symbol: string }) {
  const timeframe = useStore(selection, (chosen) => chosen.timeframe);
  const kept = useStore(
    symbols,
    (asked) => asked.data?.symbols.find((watched) => watched.symbol === symbol)?.timeframes ?? none,
  );
  return (
    <fieldset class="segments">
      <legend class="visually-hidden">Timeframe</legend>
      {kept.map((option) => (
        <label key={option} class="segment">
          <input
            type="radio"
            name="timeframe"
            value={option}
            checked={option === timeframe}
            onChange={() => select({ timeframe: option, signalId: null })}
          />
          <span>{option}</span>
        </label>
      ))}
    </fieldset>
  );
}

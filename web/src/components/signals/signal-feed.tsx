import { useState } from 'preact/hooks';
import { loadOlderSignals } from '../../live/load-signals.ts';
import { filterSignals } from '../../state/filter-signals.ts';
import { selection } from '../../state/selection.ts';
import { settings } from '../../state/settings.ts';
import { signals } from '../../state/signals.ts';
import { useStore } from '../../state/use-store.ts';
import { Word } from '../terms/word.tsx';
import { SignalFilters } from './signal-filters.tsx';
import { WithheldCalls } from './withheld-calls.tsx';
import { SignalRow } from './signal-row.tsx';

/** Rows drawn at once: a page kept open all day knows hundreds of signals, and nobody looks at all of them. */
const rowsAtOnce = 60;

/** Issued signals, newest first, with filters. */
export function SignalFeed() {
  const known = useStore(signals, (state) => state);
  const filters = useStore(selection, (chosen) => chosen.filters);
  const hidden = useStore(settings, (chosen) => chosen.hidden);
  const [most, setMost] = useState(rowsAtOnce);
  const shown = filterSignals(known.byId.values(), filters, hidden);
  const showOlder = () => {
    setMost(most + rowsAtOnce);
    if (shown.length < most + rowsAtOnce) void loadOlderSignals();
  };
  return (
    <>
      <div class="panel-head">
        <h2 id="signals-title">
          <Word>Signals</Word>
        </h2>
        <span class="panel-note">
          {shown.length} of {known.byId.size}
        </span>
      </div>
      <SignalFilters all={[...known.byId.values()]} />
      <WithheldCalls filters={filters} />
      <ol class="signal-list">
        {shown.slice(0, most).map((signal) => (
          <SignalRow key={signal.id} signal={signal} />
        ))}
      </ol>
      {shown.length === 0 && <p class="empty">{emptyWord(known.state, known.byId.size)}</p>}
      {(shown.length > most || known.next !== null) && (
        <button type="button" class="button more" onClick={showOlder}>
          Older signals
        </button>
      )}
    </>
  );
}

function emptyWord(state: 'loading' | 'ready' | 'failed', count: number): string {
  if (state === 'loading') return 'Asking for signals…';
  if (count > 0) return 'No signal fits these filters.';
  return state === 'failed'
    ? 'Signals could not be loaded; trying again.'
    : 'No signal yet. WAIT is the usual answer: about 7 of 100 closed candles give one.';
}

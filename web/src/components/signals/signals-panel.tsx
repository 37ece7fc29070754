import { selection } from '../../state/selection.ts';
import { signals } from '../../state/signals.ts';
import { useStore } from '../../state/use-store.ts';
import { SignalDetails } from './signal-details.tsx';
import { SignalFeed } from './signal-feed.tsx';

/** The feed of signals, or the one that was chosen from it. */
export function SignalsPanel() {
  const id = useStore(selection, (chosen) => chosen.signalId);
  const signal = useStore(signals, (known) => (id === null ? undefined : known.byId.get(id)));
  return (
    <section
      class="panel signals"
      data-view="signals"
      aria-labelledby="signals-title"
      id="signals"
      tabIndex={-1}
    >
      {signal === undefined ? <SignalFeed /> : <SignalDetails key={signal.id} signal={signal} />}
    </section>
  );
}

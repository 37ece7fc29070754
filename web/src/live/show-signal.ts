import type { z } from 'zod';
import type { SignalAnswer } from '../../../schema/signal-list.ts';
import { getJson } from '../api/get-json.ts';
import { select } from '../state/selection.ts';
import { signals, withSignals } from '../state/signals.ts';

/** Opens a signal's details and fetches its latest state with deliveries; shows what is known meanwhile. */
export function showSignal(id: string): void {
  signals.update((now) => ({ ...now, opened: id }));
  const known = signals.get().byId.get(id);
  select({
    signalId: id,
    view: 'signals',
    ...(known === undefined ? {} : { symbol: known.symbol, timeframe: known.timeframe }),
  });
  void refreshSignal(id);
}

/** Fetches a signal again. A failure leaves what is known on the page; the connection's state shows why. */
export async function refreshSignal(id: string): Promise<void> {
  const answer = await getJson<z.infer<typeof SignalAnswer>>(`/signals/${encodeURIComponent(id)}`).catch(
    () => null,
  );
  if (answer !== null) signals.update((now) => withSignals(now, [answer.signal]));
}

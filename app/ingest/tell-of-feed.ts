import type { FeedEvent } from '../../streams/provider/feed-event.ts';
import type { Broadcast } from '../../sinks/feeds/broadcast.ts';
import type { Context } from '../context.ts';
import type { Provider } from '../../streams/provider/open-provider.ts';
import type { SymbolStatus } from './symbol-status.ts';

/** Tells everybody what the upstream feed says of itself. */
export function tellOfFeed(
  event: FeedEvent,
  { log, metrics }: Context,
  { state: stateOf, watchList }: Pick<Provider, 'state' | 'watchList'>,
  status: Pick<SymbolStatus, 'accept' | 'refuse'>,
  broadcast: Pick<Broadcast, 'feed'>,
): void {
  if (event.kind === 'symbols') {
    for (const symbol of event.accepted) status.accept(symbol);
    for (const { symbol, reason } of event.refused) {
      log.warn({ symbol, reason }, 'the provider refuses a symbol');
      // A client's misspelling is watched no more by now.
      if (watchList.current().has(symbol)) status.refuse(symbol, reason);
    }
  } else if (event.kind === 'state') {
    const { state, reason } = event;
    log.info({ state, reason }, 'feed');
    if (state === 'connecting') metrics.feedConnects.inc();
    metrics.feedState.reset();
    metrics.feedState.set({ state }, 1);
    broadcast.feed(stateOf());
  }
}

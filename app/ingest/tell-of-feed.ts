import type { FeedFrame } from '../../schema/wire.ts';
import type { FeedEvent } from '../../streams/provider/feed-event.ts';
import type { Broadcast } from '../broadcast.ts';
import type { Context } from '../context.ts';
import type { Symbols } from './symbols.ts';
import type { Upstream } from './upstream.ts';

/** Tells everybody what the upstream feed says of itself. */
export function tellOfFeed(
  event: FeedEvent,
  { log, metrics }: Context,
  { feedState$, verdicts$, watchList }: Upstream,
  { status }: Symbols,
  broadcast: Pick<Broadcast, 'feed'>,
): void {
  if (event.kind === 'symbols') {
    for (const symbol of event.accepted) {
      status.refused.delete(symbol);
      verdicts$.next({ symbol, word: 'accepted' });
    }
    for (const { symbol, reason, isUnanswered = false } of event.refused) {
      log.warn({ symbol, reason }, 'the provider refuses a symbol');
      verdicts$.next({ symbol, word: isUnanswered ? 'unanswered' : 'refused' });
      // A client's misspelling is watched no more by now.
      if (watchList.current().has(symbol)) status.refused.set(symbol, reason);
    }
  } else if (event.kind === 'state') {
    const { state, at, reason } = event;
    const frame: FeedFrame = { type: 'feed', state, since: at, ...(reason === undefined ? {} : { reason }) };
    log.info({ state, reason }, 'feed');
    feedState$.next(frame);
    if (state === 'connecting') metrics.feedConnects.inc();
    metrics.feedState.reset();
    metrics.feedState.set({ state }, 1);
    broadcast.feed(frame);
  }
}

import type { SchedulerLike } from 'rxjs';
import type { ProviderFacts } from '../../../schema/symbol/instrument.ts';
import type { FeedState } from '../../../schema/market-event.ts';
import type { FeedEvent } from '../feed-event.ts';
import type { SubscriptionBook } from './subscription-book.ts';
import { parseProviderFrame, type ProviderFrame, type ProviderListing } from './twelvedata-frame.ts';

export interface FrameHandlerOptions {
  readonly clock: SchedulerLike;
  /** Time that ticks are stamped with, Unix ms. */
  readonly timeOfDay: () => number;
  /** What the provider states about a symbol: its type, its exchange, its currency. */
  readonly onFacts?: (symbol: string, facts: ProviderFacts) => void;
  readonly book: SubscriptionBook;
  readonly state: (state: FeedState, reason?: string) => void;
  readonly skip: (kind: string, sample: string) => void;
  /** Sockets in a row that ended for silence. */
  readonly silences: () => number;
  /** A price of a watched symbol came. */
  readonly onPrice: () => void;
}

export interface SocketFrames extends FrameHandlerOptions {
  readonly isAnyMarketOpen: () => boolean;
  /** A price came, whichever symbol's: the feed is alive. */
  readonly onAlive: () => void;
  readonly emit: (event: FeedEvent) => void;
}

/** Turns the text frames of one socket into events: ticks, and the provider's answers about symbols. */
export function frameHandler(options: SocketFrames): (text: string) => void {
  const { clock, book, state, skip, emit } = options;
  /** Symbols whose facts a price has stated, and names whose prices do not tell several listings apart. */
  const described = new Set<string>();
  const ambiguous = new Set<string>();

  /** A price that belongs to no watched symbol, or to one of several listings that it does not tell apart: it is dropped. */
  const onUnmatched = (listing: ProviderListing, text: string) => {
    const { symbol: name, exchange = listing.micCode } = listing;
    const several = exchange === undefined ? book.candidates(name) : [];
    skip(several.length > 1 ? 'ambiguous_symbol' : 'unknown_symbol', text);
    if (several.length <= 1) return;
    options.onAlive();
    if (ambiguous.has(name)) return;
    ambiguous.add(name);
    const reason = `prices of ${name} do not say of which exchange: ${several.join(' and ')} cannot be told apart`;
    const refused = several.map((symbol) => ({ symbol, reason, isUnanswered: true as const }));
    emit({ kind: 'symbols', accepted: [], refused });
  };

  const onPrice = (frame: Extract<ProviderFrame, { kind: 'price' }>, text: string) => {
    const { listing } = frame;
    const symbol = book.ofPrice(listing);
    if (symbol === undefined) {
      onUnmatched(listing, text);
      return;
    }
    if (!described.has(symbol)) {
      described.add(symbol);
      options.onFacts?.(symbol, listing);
    }
    options.onAlive();
    options.onPrice();
    if (!book.isAccepted(symbol) && book.accept(symbol))
      emit({ kind: 'symbols', accepted: [symbol], refused: [] });
    state('live');
    const { price, eventTime, bid, ask, dayVolume } = frame;
    emit({
      kind: 'tick',
      tick: {
        symbol,
        price,
        eventTime,
        receivedTime: options.timeOfDay(),
        ...(bid !== undefined && { bid }),
        ...(ask !== undefined && { ask }),
        ...(dayVolume !== undefined && { dayVolume }),
      },
    });
  };

  const onStatus = (frame: Extract<ProviderFrame, { kind: 'status' }>) => {
    const accepted = frame.accepted.flatMap((listing) => {
      const symbol = book.ofAnswer(listing);
      if (symbol === undefined) return [];
      options.onFacts?.(symbol, listing);
      return book.accept(symbol) ? symbol : [];
    });
    const refused = frame.refused.flatMap(({ reason, listing }) => {
      const symbol = book.ofAnswer(listing);
      return symbol !== undefined && book.refuse(symbol, reason, clock.now()) ? [{ symbol, reason }] : [];
    });
    if (accepted.length + refused.length > 0) emit({ kind: 'symbols', accepted, refused });
    // After a silence only a price shows that the feed is live.
    if (accepted.length > 0 && options.silences() === 0)
      state(options.isAnyMarketOpen() ? 'live' : 'closed_market');
  };

  return (text) => {
    const frame = parseProviderFrame(text);
    if (frame.kind === 'price') onPrice(frame, text);
    else if (frame.kind === 'status') onStatus(frame);
    else if (frame.kind === 'error') skip(`error_${frame.code ?? 'without_code'}`, frame.message);
    else if (frame.kind === 'bad') skip(frame.problem, text);
  };
}

import type { Timeframe } from '../schema/timeframe.ts';
import type { ResolvedFrame, Since, SignalFrame } from '../schema/wire.ts';
import { chunks } from './chunks.ts';
import { latestFrames } from './latest-frames.ts';
import { createLogPosition } from './log-position.ts';
import { publicForm } from './price-channel.ts';
import { subscriptionSource, type Subscription, type SubscriptionSource } from './subscription.ts';

export interface SignalWish {
  readonly symbols: readonly string[];
  /** Only this one. */
  readonly timeframe?: Timeframe | undefined;
  /** One of the server's assignments (`GET /strategies`), live or on paper. @default the live ones */
  readonly assignment?: string | undefined;
  /** Where an earlier run of the program stood (`cursor()`): what was missed since comes first. */
  readonly since?: Since | undefined;
}

interface Entry extends SignalWish {
  readonly source: SubscriptionSource<SignalFrame | ResolvedFrame>;
}

/** The subscriptions to signals on one socket, resumed after a disconnect where each symbol stands in the server's log. */
export function signalChannel(send: (message: object) => void) {
  const entries = new Set<Entry>();
  const isWanted = (symbol: string) => [...entries].some((entry) => entry.symbols.includes(symbol));
  const position = createLogPosition(isWanted);
  /** What is subscribed already has had its snapshot: a second subscription gets the latest from here. */
  const latest = latestFrames<SignalFrame>(({ timeframe, assignment = '' }) => `${timeframe} ${assignment}`);

  const request = (
    symbols: readonly string[],
    { timeframe, assignment }: Pick<SignalWish, 'timeframe' | 'assignment'>,
    since?: Since,
  ) => {
    for (const some of chunks(symbols)) {
      send({
        action: 'subscribe',
        symbols: some,
        ...(timeframe === undefined ? {} : { timeframe }),
        ...(assignment === undefined ? {} : { assignment }),
        ...(since === undefined ? {} : { since }),
      });
      position.onRequested(some, since !== undefined);
      send({ action: 'ping' });
    }
  };

  return {
    isEmpty: () => entries.size === 0,
    /** Where this client stands: pass it as `since` to a later run. */
    cursor: position.ofAll,
    subscribe: (
      wish: SignalWish,
      onFrame?: (frame: SignalFrame | ResolvedFrame) => void,
    ): Subscription<SignalFrame | ResolvedFrame> => {
      const symbols = wish.symbols.map(publicForm);
      const entry: Entry = {
        ...wish,
        symbols,
        source: subscriptionSource({
          onFrame,
          keyOf: undefined,
          limit: 10_000,
          onUnsubscribe: () => {
            entries.delete(entry);
            const left = symbols.filter((symbol) => !isWanted(symbol));
            for (const symbol of left) {
              position.forget(symbol);
              latest.forget(symbol);
            }
            for (const some of chunks(left)) send({ action: 'unsubscribe', symbols: some });
          },
        }),
      };
      const isFirst = entries.size === 0;
      const known = wish.since === undefined ? symbols.flatMap(latest.of) : [];
      entries.add(entry);
      if (wish.since !== undefined && (isFirst || wish.since.epoch === position.epoch()))
        position.startFrom(symbols, wish.since);
      request(symbols, wish, wish.since);
      const snapshot = known.filter((frame) => isFor(entry, frame));
      if (snapshot.length > 0) queueMicrotask(() => snapshot.forEach(entry.source.push));
      return entry.source;
    },
    /** The socket is open: subscribes again, each symbol from its position. */
    opened: () => {
      position.onReconnected();
      latest.clear();
      for (const entry of entries) {
        const known = entry.symbols.filter(position.has);
        const fresh = entry.symbols.filter((symbol) => !position.has(symbol));
        request(known, entry, position.of(known));
        request(fresh, entry);
      }
    },
    subscribed: position.onSubscribed,
    pinged: position.onPinged,
    pong: position.onPong,
    take: (frame: SignalFrame | ResolvedFrame) => {
      const isChange = frame.type === 'signal_resolved' || frame.signal_changed;
      if (isChange && !position.onChange(frame)) return;
      if (frame.type === 'signal_update' && isWanted(frame.symbol))
        latest.keep({ ...frame, signal_changed: false });
      for (const entry of entries) if (isFor(entry, frame)) entry.source.push(frame);
    },
    end: () => {
      for (const entry of entries) entry.source.end();
      entries.clear();
    },
  };
}

const isFor = ({ symbols, timeframe, assignment }: SignalWish, frame: SignalFrame | ResolvedFrame): boolean =>
  symbols.includes(frame.symbol) &&
  (timeframe === undefined || timeframe === frame.timeframe) &&
  // Servers of before assignments name neither: theirs are live.
  (assignment === undefined ? (frame.mode ?? 'live') === 'live' : assignment === frame.assignment);

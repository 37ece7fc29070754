import { DEFAULT_ASSIGNMENT, ownerOf } from '../../schema/strategies/assignment.ts';
import { SignalRequest, type SignalLogFrame } from '../../schema/wire.ts';
import { type LastSignal, lastSignals, type Remembered } from './last-signals.ts';
import { createSignalLog, type SignalLogOptions } from './signal-log.ts';
import { pagesOf, replay, type ReplayState, sendLive } from './signal-replay.ts';
import { type Offered, topicsLeft, topicsOf, wantedTopics } from './signal-topics.ts';
import {
  createSymbolFeed,
  type FeedOptions,
  type Ping,
  type Subscribed,
  type SymbolFeed,
  wants,
} from './symbol-feed.ts';

export interface SignalFeedOptions extends FeedOptions {
  readonly log: SignalLogOptions;
  /** Assignments that clients may name. @default the default one, live */
  readonly assignments?: Offered;
}

export interface SignalFeed extends Pick<
  SymbolFeed<ReplayState>,
  'accept' | 'publishState' | 'expel' | 'close'
> {
  /** Broadcasts a frame of the log, after its commit, in the order of offsets. */
  readonly publish: (frame: SignalLogFrame) => void;
  /** Sets the snapshot for new subscribers, where the change is not broadcast; `publish` does it by itself. */
  readonly remember: (last: LastSignal) => void;
  /** Call when the symbol is no longer watched. */
  readonly forget: (symbol: string) => void;
  readonly sizes: () => { connections: number; symbols: number; remembered: number };
}

const byDefault: Offered = new Map([[DEFAULT_ASSIGNMENT, 'live']]);

/** `/ws/signals`: every change to subscribers, in order, exactly once; `since` replays missed frames. */
export function createSignalFeed(options: SignalFeedOptions): SignalFeed {
  const log = createSignalLog(options.log);
  const last = lastSignals();
  const { assignments = byDefault } = options;
  const feed = createSymbolFeed<Exclude<SignalRequest, Ping>, ReplayState>({
    ...options,
    name: 'signals',
    request: SignalRequest,
    own: () => ({ held: undefined, heldBytes: 0, sentUpTo: new Map() }),
    wanted: (request) => wantedTopics(request, assignments),
    left: topicsLeft,
    // Nothing is published before its first await: replay and snapshot end exactly at `offset`.
    greet: (subscriber, request, symbols) => {
      const { since } = request;
      const wanted = wantedTopics(request, assignments);
      const missed = since?.epoch === log.epoch ? log.after(since.offset) : undefined;
      const offset = log.head();
      const asked = new Set(symbols);
      const isAsked = (frame: SignalLogFrame) =>
        asked.has(frame.symbol) && topicsOf(frame).some((topic) => wanted.has(topic));
      const snapshot = (before: Subscribed) => {
        const { sentUpTo, symbols: subscribed } = subscriber.state;
        for (const symbol of sentUpTo.keys()) if (!subscribed.has(symbol)) sentUpTo.delete(symbol);
        const due = symbols.flatMap((symbol) =>
          [...last.of(symbol)].filter(({ last: { timeframe, signal }, revision }) => {
            const topics = topicsOf({ ...ownerOf(signal), timeframe });
            const had = before.get(symbol);
            const isSent = topics.some((topic) => had?.has(topic)) && revision <= (sentUpTo.get(symbol) ?? 0);
            return topics.some((topic) => wanted.has(topic)) && !isSent;
          }),
        );
        for (const symbol of symbols) sentUpTo.set(symbol, last.revision());
        const frameOf = ({ last: known }: Remembered) => ({
          type: 'signal_update',
          ...known,
          ...ownerOf(known.signal),
          ...(known.signal.version !== undefined && { version: known.signal.version }),
          signal_changed: false,
          epoch: log.epoch,
          offset,
        });
        return replay(subscriber, pagesOf(due, frameOf), () => true, options.onError);
      };
      return {
        fields: { epoch: log.epoch, offset, recovered: missed !== undefined },
        send: (before) =>
          missed === undefined ? snapshot(before) : replay(subscriber, missed, isAsked, options.onError),
      };
    },
  });
  const { metrics, limits } = feed;

  return {
    accept: feed.accept,
    publishState: feed.publishState,
    expel: feed.expel,
    close: feed.close,
    publish: (frame) => {
      const entry = log.append(frame);
      if (frame.type === 'signal_update') last.remember(frame);
      else last.resolve(frame);
      const topics = topicsOf(frame);
      let count = 0;
      for (const member of feed.of(frame.symbol)) {
        if (!topics.some((topic) => wants(member, frame.symbol, topic))) continue;
        sendLive(member, entry, limits.maxBacklogBytes);
        count++;
      }
      if (count > 0) metrics.sent.inc({ feed: 'signals', type: frame.type }, count);
    },
    remember: last.remember,
    forget: last.forget,
    sizes: () => ({ ...feed.sizes(), remembered: last.size() }),
  };
}

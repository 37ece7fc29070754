import type { Timeframe } from '../schema/timeframe.ts';
import type { ResolvedFrame, Since, SignalFrame, SubscribedFrame } from '../schema/wire.ts';
import { chunks } from './chunks.ts';
import { publicForm } from './price-channel.ts';
import { subscriptionSource, type Subscription, type SubscriptionSource } from './subscription.ts';

export interface SignalWish {
  readonly symbols: readonly string[];
  /** Only this one. */
  readonly timeframe?: Timeframe | undefined;
  /** Where an earlier run of the program stood (`cursor()`): what was missed since comes first. */
  readonly since?: Since | undefined;
}

interface Entry extends SignalWish {
  readonly source: SubscriptionSource<SignalFrame | ResolvedFrame>;
}

interface Confirmation {
  offset: number | undefined;
  readonly symbols: readonly string[];
  readonly resumes: boolean;
}

const maxSeen = 5_000;

/**
 * Who wants which signals, and where in the server's log each symbol stands.
 *
 * A ping follows each subscription, and the server answers it after the replay: with the pong everything up to the
 * subscription's offset is surely here. Until then a symbol stands where its own last frame does, so a disconnect in
 * the middle of a replay loses nothing. Frames that come again (symbols resume together, from where the one furthest
 * behind stands) are known by their offset.
 */
export function signalChannel(send: (message: object) => void) {
  const entries = new Set<Entry>();
  const standing = new Map<string, number>();
  const seen = new Set<number>();
  let epoch: string | undefined;
  /** What the next pongs confirm, in the order in which it was asked; null for a ping that confirms nothing. */
  let confirming: (Confirmation | null)[] = [];

  const isWanted = (symbol: string) => [...entries].some((entry) => entry.symbols.includes(symbol));

  const ask = (symbols: readonly string[], timeframe: Timeframe | undefined, since: Since | undefined) => {
    for (const some of chunks(symbols)) {
      send({
        action: 'subscribe',
        symbols: some,
        ...(timeframe === undefined ? {} : { timeframe }),
        ...(since === undefined ? {} : { since }),
      });
      confirming.push({ offset: undefined, symbols: some, resumes: since !== undefined });
      send({ action: 'ping' });
    }
  };

  /** Where the furthest behind of these symbols stands; undefined if one of them is new. */
  const common = (symbols: readonly string[]): Since | undefined => {
    const offsets = symbols.map((symbol) => standing.get(symbol));
    if (epoch === undefined || offsets.includes(undefined)) return undefined;
    return { epoch, offset: Math.min(...(offsets as number[])) };
  };

  const advance = (symbol: string, offset: number) => {
    standing.set(symbol, Math.max(offset, standing.get(symbol) ?? 0));
  };

  /** Outside of a replay frames come in the order of the log: whoever has one has all before it, of every symbol. */
  const advanceAll = (offset: number) => {
    if (confirming.some((one) => one !== null)) return;
    for (const symbol of standing.keys()) advance(symbol, offset);
  };

  return {
    isEmpty: () => entries.size === 0,
    /** Where this client stands: give it as `since` to a later run. */
    cursor: (): Since | undefined => common([...standing.keys()]),
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
            for (const symbol of left) standing.delete(symbol);
            for (const some of chunks(left)) send({ action: 'unsubscribe', symbols: some });
          },
        }),
      };
      const isFirst = entries.size === 0;
      entries.add(entry);
      if (wish.since !== undefined && (isFirst || wish.since.epoch === epoch)) {
        epoch = wish.since.epoch;
        for (const symbol of symbols) {
          standing.set(symbol, Math.min(wish.since.offset, standing.get(symbol) ?? Infinity));
        }
      }
      ask(symbols, wish.timeframe, wish.since);
      return entry.source;
    },
    /** The socket is open: says everything again, from where each symbol stands. */
    opened: () => {
      confirming = [];
      for (const entry of entries) {
        const known = entry.symbols.filter((symbol) => standing.has(symbol));
        const fresh = entry.symbols.filter((symbol) => !standing.has(symbol));
        ask(known, entry.timeframe, common(known));
        ask(fresh, entry.timeframe, undefined);
      }
    },
    subscribed: (frame: SubscribedFrame) => {
      if (frame.epoch !== undefined && frame.epoch !== epoch) {
        epoch = frame.epoch;
        standing.clear();
        seen.clear();
      }
      const first = confirming.find((one) => one !== null && one.offset === undefined);
      if (first === undefined || first === null) return;
      first.offset = frame.offset;
      // The log does not reach back: the snapshot that follows says how things are, and the count begins anew.
      if (first.resumes && frame.recovered === false) {
        for (const symbol of first.symbols) standing.delete(symbol);
      }
    },
    pinged: () => void confirming.push(null),
    pong: () => {
      const confirmed = confirming.shift();
      if (confirmed === null || confirmed?.offset === undefined) return;
      for (const symbol of confirmed.symbols) if (isWanted(symbol)) advance(symbol, confirmed.offset);
      advanceAll(confirmed.offset);
    },
    take: (frame: SignalFrame | ResolvedFrame) => {
      const isChange = frame.type === 'signal_resolved' || frame.signal_changed;
      if (isChange) {
        if (seen.has(frame.offset)) return;
        seen.add(frame.offset);
        const [oldest] = seen;
        if (seen.size > maxSeen && oldest !== undefined) seen.delete(oldest);
        if (isWanted(frame.symbol)) advance(frame.symbol, frame.offset);
        advanceAll(frame.offset);
      }
      for (const entry of entries) {
        if (!entry.symbols.includes(frame.symbol)) continue;
        if (entry.timeframe !== undefined && entry.timeframe !== frame.timeframe) continue;
        entry.source.push(frame);
      }
    },
    end: () => {
      for (const entry of entries) entry.source.end();
      entries.clear();
    },
  };
}

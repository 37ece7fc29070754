import type { ResolvedFrame, Since, SignalFrame, SubscribedFrame } from '../schema/wire.ts';

/** Where in the server's signal log each symbol stands, so that a subscription resumes without loss and without repeats. */
export interface LogPosition {
  /** The earliest position of these symbols; undefined if one of them has none. */
  readonly of: (symbols: readonly string[]) => Since | undefined;
  /** The earliest position of all symbols. */
  readonly ofAll: () => Since | undefined;
  readonly has: (symbol: string) => boolean;
  readonly epoch: () => string | undefined;
  /** Starts symbols at a position given by the caller, unless they stand before it. */
  readonly startFrom: (symbols: readonly string[], since: Since) => void;
  readonly forget: (symbol: string) => void;
  /** A subscribe frame for these symbols, and the ping after it, go out. `resumes`: with a `since`. */
  readonly onRequested: (symbols: readonly string[], resumes: boolean) => void;
  /** A ping that confirms nothing goes out. */
  readonly onPinged: () => void;
  readonly onSubscribed: (frame: SubscribedFrame) => void;
  readonly onPong: () => void;
  /** Takes note of a change. False: it was received before. */
  readonly onChange: (frame: SignalFrame | ResolvedFrame) => boolean;
  /** A new socket: pongs of the last one will not come. */
  readonly onReconnected: () => void;
}

interface Confirmation {
  offset: number | undefined;
  readonly symbols: readonly string[];
  readonly resumes: boolean;
}

const maxSeen = 5_000;

/**
 * A ping follows each subscription, and the server answers it after the replay: with the pong everything up to the
 * subscription's offset has surely arrived. Until then a symbol stands where its own last frame does, so a disconnect in
 * the middle of a replay loses nothing. Repeated frames (symbols resume together, from the earliest position among them)
 * are recognised by their offset.
 */
export function createLogPosition(isWanted: (symbol: string) => boolean): LogPosition {
  const offsetOf = new Map<string, number>();
  const seen = new Set<number>();
  let epoch: string | undefined;
  /** What the next pongs confirm, in the order of the pings; null for a ping that confirms nothing. */
  let pending: (Confirmation | null)[] = [];

  const of = (symbols: readonly string[]): Since | undefined => {
    const offsets = symbols.map((symbol) => offsetOf.get(symbol));
    if (epoch === undefined || offsets.includes(undefined)) return undefined;
    return { epoch, offset: Math.min(...(offsets as number[])) };
  };
  const advance = (symbol: string, offset: number) => {
    offsetOf.set(symbol, Math.max(offset, offsetOf.get(symbol) ?? 0));
  };
  /** Outside of a replay frames arrive in the order of the log: whoever has one has all before it, of every symbol. */
  const advanceAll = (offset: number) => {
    if (pending.some((one) => one !== null)) return;
    for (const symbol of offsetOf.keys()) advance(symbol, offset);
  };

  return {
    of,
    ofAll: () => of([...offsetOf.keys()]),
    has: (symbol) => offsetOf.has(symbol),
    epoch: () => epoch,
    startFrom: (symbols, since) => {
      epoch = since.epoch;
      for (const symbol of symbols) {
        offsetOf.set(symbol, Math.min(since.offset, offsetOf.get(symbol) ?? Infinity));
      }
    },
    forget: (symbol) => void offsetOf.delete(symbol),
    onRequested: (symbols, resumes) => void pending.push({ offset: undefined, symbols, resumes }),
    onPinged: () => void pending.push(null),
    onSubscribed: (frame) => {
      if (frame.epoch !== undefined && frame.epoch !== epoch) {
        epoch = frame.epoch;
        offsetOf.clear();
        seen.clear();
      }
      const first = pending.find((one) => one !== null && one.offset === undefined);
      if (first === undefined || first === null) return;
      first.offset = frame.offset;
      // The log does not reach back that far: the snapshot that follows replaces what is missing, and counting starts over.
      if (first.resumes && frame.recovered === false) {
        for (const symbol of first.symbols) offsetOf.delete(symbol);
      }
    },
    onPong: () => {
      const confirmed = pending.shift();
      if (confirmed === null || confirmed?.offset === undefined) return;
      for (const symbol of confirmed.symbols) if (isWanted(symbol)) advance(symbol, confirmed.offset);
      advanceAll(confirmed.offset);
    },
    onChange: ({ symbol, offset }) => {
      if (seen.has(offset)) return false;
      seen.add(offset);
      const [oldest] = seen;
      if (seen.size > maxSeen && oldest !== undefined) seen.delete(oldest);
      if (isWanted(symbol)) advance(symbol, offset);
      advanceAll(offset);
      return true;
    },
    onReconnected: () => {
      pending = [];
    },
  };
}

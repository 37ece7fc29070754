/** A price event of the provider's socket. `timestamp` in Unix seconds. */
export interface PriceEvent {
  readonly event: 'price';
  readonly symbol: string;
  readonly timestamp: number;
  readonly price: number;
  readonly [field: string]: unknown;
}

/** An HTTP response sent instead of the real one. */
export interface CannedAnswer {
  readonly status: number;
  readonly body?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/** Faults of the provider's WebSocket; each may be switched while it runs. */
interface SocketFaults {
  /** Response to the upgrade instead of a socket; `reset` resets the connection. */
  upgrade: CannedAnswer | 'reset' | undefined;
  /** No price is sent; heartbeats and pings are answered. */
  silent: boolean;
  /** Nothing is sent at all, not even a pong, and what arrives is ignored. */
  halfOpen: boolean;
  /** `missing`: subscriptions are never acknowledged. `strings`: refused symbols come as plain strings. */
  acks: 'normal' | 'missing' | 'strings';
  /** Refused although listed. */
  refused: ReadonlySet<string>;
  /** Prices arrive this much after their time, ms, plus up to `jitterMs` more. */
  lagMs: number;
  jitterMs: number;
  /** Replaces the n-th price: by events, or raw text. */
  mangle: ((event: PriceEvent, n: number) => readonly (PriceEvent | string)[]) | undefined;
}

/** Faults of a simulated HTTP service: `next` responses in order, then `always` until it is cleared. */
export interface HttpFaults {
  next: CannedAnswer[];
  always: CannedAnswer | undefined;
  /** Delay of every response, ms. */
  delayMs: number;
}

/** Faults of the community platform. Those that begin with `stored_` store the signal first. */
export type CommunityFault =
  | CannedAnswer
  | 'reset'
  | 'stored_reset'
  | 'stored_500'
  | 'stored_no_answer'
  | 'no_answer'
  | 'stored_slow_drip'
  | 'garbage'
  | 'truncated'
  | 'redirect';

interface CommunityFaults {
  next: CommunityFault[];
  always: CommunityFault | undefined;
  lookup: {
    /** Responses to lookups instead of the real ones, in order, then `always` until it is cleared. */
    next: CannedAnswer[];
    always: CannedAnswer | undefined;
    /** A stored post is found only this much later, ms. */
    lateMs: number;
  };
}

export interface Faults {
  readonly socket: SocketFaults;
  readonly rest: HttpFaults & {
    /** `/time_series` has no bars. */
    empty: boolean;
    /** Credits billed for one symbol. */
    creditsPerCall: number;
    /** Leave the credit headers out. */
    noCreditHeaders: boolean;
    /** Minutes that REST lacks, by open time, Unix ms. */
    missingMinutes: ReadonlySet<number>;
  };
  readonly calendar: HttpFaults & {
    /** Serves the previous week. */
    lastWeek: boolean;
  };
  readonly news: HttpFaults;
  readonly community: CommunityFaults;
}

export function noFaults(): Faults {
  const http = (): HttpFaults => ({ next: [], always: undefined, delayMs: 0 });
  return {
    socket: {
      upgrade: undefined,
      silent: false,
      halfOpen: false,
      acks: 'normal',
      refused: new Set(),
      lagMs: 0,
      jitterMs: 0,
      mangle: undefined,
    },
    rest: { ...http(), empty: false, creditsPerCall: 1, noCreditHeaders: false, missingMinutes: new Set() },
    calendar: { ...http(), lastWeek: false },
    news: http(),
    community: { next: [], always: undefined, lookup: { next: [], always: undefined, lateMs: 0 } },
  };
}

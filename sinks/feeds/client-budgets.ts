import type { FeedLimits } from './feed-limits.ts';
import { tokenBucket, type TokenBucket } from './token-bucket.ts';

export interface ClientBudgetsOptions {
  readonly limits: Pick<
    FeedLimits,
    'inboundBurstBytes' | 'inboundBytesPerSecond' | 'answerBurstBytes' | 'answerBytesPerSecond'
  >;
  /** Connections of one address that are taken: a quarter of them may use up their own budgets at once. */
  readonly connectionsPerAddress: number;
  readonly now: () => number;
}

/** What one connection may cost, and all of its address together. */
export interface ClientBudget {
  /** Counts a frame of the client; false where it has sent too many bytes. */
  readonly admit: (bytes: number) => boolean;
  /** Counts bytes that answer the client's frames: snapshots, replays, errors. */
  readonly answered: (bytes: number) => void;
  /** Seconds until it may ask for more, 0 where it may now. */
  readonly waitSeconds: () => number;
  readonly close: () => void;
}

export interface ClientBudgets {
  readonly open: (address: string) => ClientBudget;
  /** Addresses remembered. */
  readonly size: () => number;
}

interface Shared {
  readonly inbound: TokenBucket;
  readonly answers: TokenBucket;
  connections: number;
}

/**
 * Budgets of bytes, in and out. One of an address outlives its connections until it is full again: who reconnects does not get a new
 * one.
 */
export function clientBudgets(options: ClientBudgetsOptions): ClientBudgets {
  const { limits, now } = options;
  const share = Math.max(1, options.connectionsPerAddress / 4);
  const addresses = new Map<string, Shared>();
  const bucket = (burst: number, perSecond: number, times: number) =>
    tokenBucket(burst * times, perSecond * times, now);
  const inbound = (times: number) => bucket(limits.inboundBurstBytes, limits.inboundBytesPerSecond, times);
  const answers = (times: number) => bucket(limits.answerBurstBytes, limits.answerBytesPerSecond, times);

  const isSpent = ({ inbound: taken, answers: given }: Shared) =>
    taken.left() < limits.inboundBurstBytes * share || given.left() < limits.answerBurstBytes * share;
  /** Looks at the two oldest addresses: those without a connection and with full budgets are forgotten. */
  const tidy = () => {
    for (const [address, shared] of addresses.entries().take(2).toArray()) {
      addresses.delete(address);
      if (shared.connections > 0 || isSpent(shared)) addresses.set(address, shared);
    }
  };

  return {
    open: (address) => {
      tidy();
      const shared = addresses.get(address) ?? {
        inbound: inbound(share),
        answers: answers(share),
        connections: 0,
      };
      addresses.set(address, shared);
      shared.connections++;
      const own = { inbound: inbound(1), answers: answers(1) };
      return {
        admit: (bytes) => own.inbound.take(bytes) && shared.inbound.take(bytes),
        answered: (bytes) => {
          own.answers.owe(bytes);
          shared.answers.owe(bytes);
        },
        waitSeconds: () =>
          Math.max(
            0,
            Math.ceil(-own.answers.left() / limits.answerBytesPerSecond),
            Math.ceil(-shared.answers.left() / (limits.answerBytesPerSecond * share)),
          ),
        close: () => {
          shared.connections--;
          tidy();
        },
      };
    },
    size: () => addresses.size,
  };
}

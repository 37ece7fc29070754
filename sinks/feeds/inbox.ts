import type { ClientBudget } from './client-budgets.ts';
import type { FeedLimits } from './feed-limits.ts';
import type { FrameTurns } from './frame-turns.ts';
import { tokenBucket } from './token-bucket.ts';

export interface InboxOptions {
  readonly limits: Pick<
    FeedLimits,
    'inboundBurst' | 'inboundPerSecond' | 'inboundBytesPerSecond' | 'inboundTolerance'
  >;
  readonly budget: Pick<ClientBudget, 'admit'>;
  readonly turns: FrameTurns;
  readonly now: () => number;
  /** Handles one frame; the next waits until it is done. Never rejects. */
  readonly handle: (text: string) => Promise<void>;
  /** Sends an error frame. */
  readonly fail: (code: string, message: string) => void;
  /** Called when the client sends far more than is allowed. */
  readonly onFlood: () => void;
}

/** The frames of one client, handled one after the other, within its rate limit. */
export interface Inbox {
  /** Counts one frame against the limits, its rate and its bytes. False where one is exceeded. */
  readonly admit: (bytes: number) => boolean;
  readonly take: (text: string) => void;
  /** Drops waiting frames. */
  readonly clear: () => void;
}

/** Most frames of one connection that may wait for an earlier one, and their characters. */
const maxWaiting = 256;
const maxWaitingLength = 262_144;
/** What a small frame costs as well. */
const leastBytes = 64;

export function createInbox(options: InboxOptions): Inbox {
  const { limits, budget, turns, now, handle, fail, onFlood } = options;
  const allowance = tokenBucket(limits.inboundBurst, limits.inboundPerSecond, now);
  const tolerance = tokenBucket(limits.inboundTolerance, 1, now);
  const complaints = tokenBucket(10, 1, now);
  const waiting: string[] = [];
  let waitingLength = 0;
  let isHandling = false;

  const next = async () => {
    const text = waiting.shift();
    if (text !== undefined) {
      waitingLength -= text.length;
      await handle(text);
    }
    isHandling = waiting.length > 0;
    if (isHandling) turns.run(next);
  };
  return {
    admit: (bytes) => {
      const isTooFast = !allowance.take();
      if (!isTooFast && budget.admit(Math.max(leastBytes, bytes))) return true;
      if (!tolerance.take()) onFlood();
      else if (complaints.take()) {
        const most = isTooFast
          ? `${limits.inboundPerSecond} frames`
          : `${limits.inboundBytesPerSecond} bytes`;
        fail('rate_limited', `at most ${most} a second are taken`);
      }
      return false;
    },
    take: (text) => {
      if (
        waiting.length >= maxWaiting ||
        (waiting.length > 0 && waitingLength + text.length > maxWaitingLength)
      ) {
        if (complaints.take()) fail('rate_limited', 'too many frames wait to be obeyed');
        return;
      }
      waiting.push(text);
      waitingLength += text.length;
      if (isHandling) return;
      isHandling = true;
      turns.run(next);
    },
    clear: () => {
      waiting.length = 0;
      waitingLength = 0;
    },
  };
}

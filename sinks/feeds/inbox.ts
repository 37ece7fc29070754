import type { FeedLimits } from './feed-limits.ts';
import { tokenBucket } from './token-bucket.ts';

export interface InboxOptions {
  readonly limits: Pick<FeedLimits, 'inboundBurst' | 'inboundPerSecond' | 'inboundTolerance'>;
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
  /** Counts one frame against the rate limit. False where the limit is exceeded. */
  readonly admit: () => boolean;
  readonly take: (text: string) => void;
  /** Drops waiting frames. */
  readonly clear: () => void;
}

/** Most frames of one connection that may wait for an earlier one. */
const maxWaiting = 256;

export function createInbox({ limits, now, handle, fail, onFlood }: InboxOptions): Inbox {
  const allowance = tokenBucket(limits.inboundBurst, limits.inboundPerSecond, now);
  const tolerance = tokenBucket(limits.inboundTolerance, 1, now);
  const complaints = tokenBucket(10, 1, now);
  const waiting: string[] = [];
  let isHandling = false;

  const drain = async () => {
    isHandling = true;
    for (let text = waiting.shift(); text !== undefined; text = waiting.shift()) await handle(text);
    isHandling = false;
  };
  return {
    admit: () => {
      if (allowance.take()) return true;
      if (!tolerance.take()) onFlood();
      else if (complaints.take())
        fail('rate_limited', `at most ${limits.inboundPerSecond} frames a second are taken`);
      return false;
    },
    take: (text) => {
      if (waiting.length >= maxWaiting) return fail('rate_limited', 'too many frames wait to be obeyed');
      waiting.push(text);
      if (!isHandling) void drain();
    },
    clear: () => {
      waiting.length = 0;
    },
  };
}

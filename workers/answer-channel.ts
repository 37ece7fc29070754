import { randomUUID } from 'node:crypto';
import type { Redis } from 'ioredis';
import { answerChannelPrefix } from '../schema/analysis-job.ts';

/** How often the connection is asked whether it still is one, ms. */
const pingEveryMs = 10_000;

export interface AnswerChannel {
  /** Undefined while nothing can be heard. */
  readonly name: string | undefined;
  close(): void;
}

/**
 * A pub/sub channel that lives as long as its connection, and is another after each: what was asked over one before has no
 * listener any more, and so is known to be waited for by nobody. It leaves nothing behind in Redis, whatever becomes of us.
 */
export function answerChannel(options: {
  /** Duplicated; its settings say how to reconnect. */
  readonly connection: Redis;
  readonly onOpen: () => void;
  readonly onLost: () => void;
  readonly onAnswer: (text: string) => void;
}): AnswerChannel {
  const { connection, onOpen, onLost, onAnswer } = options;
  const subscriber = connection.duplicate({ autoResubscribe: false });
  let name: string | undefined;

  const open = async (): Promise<void> => {
    const fresh = answerChannelPrefix + randomUUID();
    try {
      await subscriber.subscribe(fresh);
    } catch {
      again();
      return;
    }
    name = fresh;
    onOpen();
  };
  const again = (): void => {
    if (subscriber.status === 'ready') subscriber.disconnect(true);
  };

  subscriber.on('error', () => {
    // Whoever owns the first connection hears of the same trouble there.
  });
  subscriber.on('ready', () => void open());
  subscriber.on('close', () => {
    if (name === undefined) return;
    name = undefined;
    onLost();
  });
  subscriber.on('message', (_name: string, text: string) => {
    onAnswer(text);
  });
  // A peer that vanished without a word is noticed by its silence: nothing else is ever sent on this connection.
  const pings = setInterval(() => {
    if (name !== undefined) subscriber.ping().catch(again);
  }, pingEveryMs);
  pings.unref();

  return {
    get name() {
      return name;
    },
    close() {
      clearInterval(pings);
      name = undefined;
      subscriber.disconnect();
    },
  };
}

import { randomUUID } from 'node:crypto';
import type { Redis } from 'ioredis';
import { answerChannelPrefix } from '../schema/analysis-job.ts';
import { watchAnalysers } from './analyser-beat.ts';

/** Time between two pings, ms. */
const pingEveryMs = 10_000;

export interface AnswerChannel {
  /** Undefined while no answer can arrive. */
  readonly name: string | undefined;
  close(): void;
}

/**
 * A pub/sub channel with a new name for each connection: a job asked over an earlier one has no receiver any more, which shows a
 * worker that nobody waits for it. Nothing of it stays in Redis, even if this process is killed.
 */
export function answerChannel(options: {
  /** Duplicated; its settings decide how to reconnect. */
  readonly connection: Redis;
  readonly onOpen: () => void;
  readonly onLost: () => void;
  readonly onAnswer: (text: string) => void;
  /** Without a sign of life from any worker for so long, there is none, ms. @default not watched */
  readonly silenceMs?: number | undefined;
  readonly onSilent?: () => void;
  readonly onHeard?: () => void;
}): AnswerChannel {
  const { connection, onOpen, onLost, onAnswer } = options;
  const { silenceMs, onSilent = () => {}, onHeard = () => {} } = options;
  const subscriber = connection.duplicate({ autoResubscribe: false });
  const watch =
    silenceMs === undefined
      ? undefined
      : watchAnalysers({ subscriber, silenceMs, onSilent, onBack: onHeard });
  let name: string | undefined;

  const open = async (): Promise<void> => {
    const fresh = answerChannelPrefix + randomUUID();
    try {
      await subscriber.subscribe(fresh);
      await watch?.begin();
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
    // The owner of the first connection gets the same error there.
  });
  subscriber.on('ready', () => void open());
  subscriber.on('close', () => {
    watch?.pause();
    if (name === undefined) return;
    name = undefined;
    onLost();
  });
  subscriber.on('message', (from: string, text: string) => {
    if (from === name) onAnswer(text);
  });
  // A peer that vanished without a close is noticed by the missing pong: nothing else is ever sent on this connection.
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
      watch?.close();
      name = undefined;
      subscriber.disconnect();
    },
  };
}

import type { Redis } from 'ioredis';
import { aliveChannel } from '../schema/analysis-job.ts';

/** Time between two beats, ms. */
const everyMs = 200;

/** Publishes that a worker lives, now and every 200 ms; nothing waits for Redis in an outage, and nothing of it stays there. */
export function beatAnalyser(connection: Pick<Redis, 'publish' | 'status'>): { readonly close: () => void } {
  const beat = () => {
    if (connection.status === 'ready') connection.publish(aliveChannel, '').catch(() => {});
  };
  beat();
  const timer = setInterval(beat, everyMs);
  timer.unref();
  return { close: () => clearInterval(timer) };
}

export interface AnalyserWatch {
  /** A new connection to Redis: the silence counts from here. */
  readonly begin: () => Promise<void>;
  /** The connection is lost: nothing is known. */
  readonly pause: () => void;
  readonly close: () => void;
}

/**
 * Watches whether any worker lives. `silenceMs`: without a beat for so long there is none. A pause of this process's own loop is no
 * silence: what has arrived meanwhile is read first.
 */
export function watchAnalysers(options: {
  readonly subscriber: Pick<Redis, 'subscribe' | 'on' | 'off'>;
  readonly silenceMs: number;
  readonly onSilent: () => void;
  readonly onBack: () => void;
}): AnalyserWatch {
  const { subscriber, silenceMs, onSilent, onBack } = options;
  let heardAt = Infinity;
  let lookedAt = performance.now();
  let isSilent = false;

  const heard = () => {
    heardAt = performance.now();
    if (!isSilent) return;
    isSilent = false;
    onBack();
  };
  const onMessage = (name: string) => {
    if (name === aliveChannel) heard();
  };
  const look = () => {
    const now = performance.now();
    const paused = now - lookedAt - everyMs;
    lookedAt = now;
    if (paused > everyMs) heardAt += paused;
    if (isSilent || now - heardAt <= silenceMs) return;
    isSilent = true;
    onSilent();
  };
  subscriber.on('message', onMessage);
  const timer = setInterval(look, everyMs);
  timer.unref();
  return {
    begin: async () => {
      await subscriber.subscribe(aliveChannel);
      isSilent = false;
      heardAt = performance.now();
    },
    pause: () => {
      heardAt = Infinity;
    },
    close: () => {
      clearInterval(timer);
      subscriber.off('message', onMessage);
    },
  };
}

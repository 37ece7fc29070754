import type { Counter } from 'prom-client';
import type { Log } from '../../store/log.ts';
import type { HealthSource } from './health.ts';

/** How long a drop shows in `/health`; and the silence after which an outage counts as over, ms. */
const recentMs = 60_000;
const quietMs = 10_000;

export interface Drops extends Pick<HealthSource, 'parts'> {
  /** Messages to the gateways were dropped. */
  readonly add: (messages: number) => void;
  readonly close: () => void;
}

/** Counts what does not reach the gateways, and says so: once when it begins and once when it has been over for ten seconds. */
export function countDrops(log: Pick<Log, 'warn' | 'info'>, counter: Pick<Counter, 'inc'>): Drops {
  let total = 0;
  let ofOutage = 0;
  let lastAt = -Infinity;
  let over: NodeJS.Timeout | undefined;
  return {
    add: (messages) => {
      counter.inc(messages);
      if (over === undefined)
        log.warn({ messages }, 'Redis does not take messages to the gateways: prices there stand still');
      total += messages;
      ofOutage += messages;
      lastAt = performance.now();
      clearTimeout(over);
      over = setTimeout(() => {
        log.info({ dropped: ofOutage }, 'Redis takes messages to the gateways again');
        ofOutage = 0;
        over = undefined;
      }, quietMs);
      over.unref();
    },
    parts: () => {
      const sinceMs = performance.now() - lastAt;
      if (sinceMs > recentMs) return { bus: { state: 'ok', dropped: total } };
      const seconds = Math.round(sinceMs / 1000);
      const reason = `messages to the gateways were dropped, ${total} since the start, the last ${seconds} s ago: Redis does not take them`;
      return { bus: { state: 'degraded', reason, dropped: total } };
    },
    close: () => clearTimeout(over),
  };
}

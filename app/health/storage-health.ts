import type { WriterState } from '../../sinks/writer/store-writer.ts';
import { because, type HealthSource, type Part } from './health.ts';
import type { Probe } from '../probe.ts';

export interface StorageHealthOptions {
  readonly store: Probe;
  readonly queue: Probe | undefined;
  /** Undefined in a process that writes nothing. */
  readonly writer?: () => WriterState;
}

/** The database, what waits for it, and the queue's backend. */
export function storageHealth({ store, queue, writer }: StorageHealthOptions): HealthSource {
  return {
    parts: () => ({
      store: writer === undefined ? probed(store) : storePart(store, writer()),
      queue: queue === undefined ? { state: 'off' } : probed(queue),
    }),
    reasons: () => [
      ...(store.problem() === undefined ? [] : [`store: ${store.problem()}`]),
      ...(queue?.problem() === undefined ? [] : [`queue: ${queue.problem()}`]),
    ],
  };
}

const probed = (probe: Probe): Part =>
  probe.problem() === undefined ? { state: 'ok' } : { state: 'down', ...because(probe.problem()) };

function storePart(store: Probe, { candles, causes, droppedCandles, refusedCauses }: WriterState): Part {
  const waiting = { candles, causes, droppedCandles, refusedCauses };
  const hasLost = droppedCandles > 0 || refusedCauses > 0;
  if (store.problem() !== undefined) return { ...probed(store), ...waiting };
  return hasLost
    ? { state: 'degraded', reason: 'writes were given up while the database was away', ...waiting }
    : { state: 'ok', ...waiting };
}

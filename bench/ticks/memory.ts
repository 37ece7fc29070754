import { Subject, type Subscription } from 'rxjs';
import type { Tick } from '../../schema/tick.ts';
import { candlesOf, seriesClock } from './through-actor.ts';
import { seriesStart, symbolName } from './tick-series.ts';

/** At least so many actors are measured: what the engine itself keeps or drops meanwhile weighs nothing beside them. */
const atLeast = 1000;

/**
 * Bytes that each of `count` actors holds after twenty minutes of ticks; its rings are of full size from the start. A few
 * are measured in several sets, and the code of all was compiled before, for others that are gone.
 */
export function memoryPerSymbol(count: number): { bytes: number } {
  actors(100).unsubscribe();
  const before = used();
  const sets = Array.from({ length: Math.ceil(atLeast / count) }, () => actors(count));
  const bytes = (used() - before) / (sets.length * count);
  for (const set of sets) set.unsubscribe();
  return { bytes };
}

function actors(count: number): Subscription {
  const { clock, set } = seriesClock();
  const source = new Subject<Tick>();
  const subscription = candlesOf(source, clock).subscribe();
  play(source, set, count);
  return subscription;
}

function play(source: Subject<Tick>, set: (time: number) => void, count: number) {
  for (let i = 0; i < 20 * 6; i++) {
    const eventTime = seriesStart + i * 10_000;
    set(eventTime + 100);
    for (let s = 0; s < count; s++)
      source.next({ symbol: symbolName(s), price: 100 + (i % 9), eventTime, receivedTime: eventTime + 100 });
  }
}

function used(): number {
  const { gc } = globalThis;
  if (gc === undefined) throw new Error('run with --expose-gc');
  gc();
  gc();
  const { heapUsed, arrayBuffers } = process.memoryUsage();
  return heapUsed + arrayBuffers;
}

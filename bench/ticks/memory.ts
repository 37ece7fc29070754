import { Subject } from 'rxjs';
import type { Tick } from '../../schema/tick.ts';
import { candlesOf, seriesClock } from './through-actor.ts';
import { seriesStart, symbolName } from './tick-series.ts';

/** Bytes that each of `count` actors holds after twenty minutes of ticks; its rings are of full size from the start. */
export function memoryPerSymbol(count: number): { bytes: number } {
  const { clock, set } = seriesClock();
  const source = new Subject<Tick>();
  const subscription = candlesOf(source, clock).subscribe();
  play(source, set, 1, -1);
  const before = used();
  play(source, set, count, 0);
  const bytes = (used() - before) / count;
  subscription.unsubscribe();
  return { bytes };
}

function play(source: Subject<Tick>, set: (time: number) => void, count: number, from: number) {
  for (let i = 0; i < 20 * 6; i++) {
    const eventTime = seriesStart + i * 10_000;
    set(eventTime + 100);
    for (let s = from; s < from + count; s++)
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

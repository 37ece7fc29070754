import { seededRandom } from '../../models/random.ts';
import type { Tick } from '../../schema/tick.ts';

export const seriesStart = Date.UTC(2026, 0, 5, 10);

export function symbolName(index: number): string {
  return `S${index}USD`;
}

/**
 * Ticks of several symbols, evenly spread, each 100 to 300 ms late and in order of arrival: those of a symbol that come
 * faster than that are out of order, as on a real feed.
 */
export function tickSeries(options: { symbols: number; perMinute: number; count: number }): Tick[] {
  const { symbols, perMinute, count } = options;
  const chance = seededRandom(1);
  const step = 60_000 / (symbols * perMinute);
  const ticks = Array.from({ length: count }, (_, i): Tick => {
    const eventTime = Math.floor(seriesStart + i * step);
    return {
      symbol: symbolName(i % symbols),
      price: 100 + chance(),
      eventTime,
      receivedTime: eventTime + 100 + Math.floor(chance() * 200),
    };
  });
  return ticks.sort((a, b) => a.receivedTime - b.receivedTime);
}

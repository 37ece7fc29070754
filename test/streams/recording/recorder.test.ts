import {
  appendFileSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  truncateSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { filter, lastValueFrom, toArray } from 'rxjs';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { seededRandom } from '../../../models/random.ts';
import type { Tick } from '../../../schema/tick.ts';
import { createFeedClock } from '../../../streams/provider/feed-clock.ts';
import { createRecorder } from '../../../streams/recording/recorder.ts';
import { isTick, replay } from '../../../streams/recording/replay.ts';
import { until } from '../../support/until.ts';
import { marketScript, minute, monday, tickAt } from '../../operators/candles/market-script.ts';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'anso-ticks-'));
});
afterEach(() => {
  rmSync(folder, { recursive: true });
});

const ticks = series(3000);
const replayed = () => lastValueFrom(replay({ folder }).pipe(filter(isTick), toArray()));

/** Ticks of twenty minutes that lag and overtake each other, some by more than the grace. */
function series(count: number): Tick[] {
  const chance = seededRandom(5);
  return Array.from({ length: count }, (_, i) => {
    const eventTime = monday + i * 400;
    return tickAt(eventTime, 1 + chance() / 3, {
      receivedTime: eventTime + Math.floor(chance() ** 8 * 4000),
    });
  }).toSorted((a, b) => a.receivedTime - b.receivedTime);
}

async function recorded(list: readonly Tick[], start = monday) {
  const recorder = createRecorder({ folder, clock: createFeedClock(start).clock });
  for (const tick of list) recorder.record(tick);
  await recorder.close();
}

/** All output for these ticks, as bytes. */
function candlesOf(list: readonly Tick[]): string {
  const market = marketScript(monday, { timeframes: ['5min', '15min'] });
  for (const tick of list) market.tick(tick.eventTime, tick.price, tick);
  market.wait(monday + 60 * minute);
  market.end();
  return JSON.stringify(market.events);
}

describe('recorded ticks', () => {
  it('are replayed unchanged, and make the same candles byte for byte', async () => {
    await recorded(ticks);
    const again = await replayed();
    expect(again).toEqual(ticks);
    expect(candlesOf(again)).toBe(candlesOf(ticks));
    expect(candlesOf(ticks)).toContain('"lateTicks":1');
  });

  it('are in one file for each UTC day and start, which zcat reads', async () => {
    const midnight = Date.parse('2026-01-06T00:00:00Z');
    await recorded([tickAt(midnight - 1, 1), tickAt(midnight, 2)]);
    const names = readdirSync(folder).sort();
    expect(names.map((name) => name.slice(0, 16))).toEqual(['ticks-2026-01-05', 'ticks-2026-01-06']);
    expect(gunzipSync(readFileSync(join(folder, names[1]!))).toString()).toBe(
      `{"kind":"listening","symbols":[]}\n${JSON.stringify(tickAt(midnight, 2))}\n`,
    );
    expect(gunzipSync(readFileSync(join(folder, names[0]!))).toString()).toContain('"stopped"');
  });

  it('survive a crash during a write except for that write, and the next start goes on', async () => {
    await recorded(ticks.slice(0, 1000));
    const [name] = readdirSync(folder);
    const path = join(folder, name!);
    const whole = statSync(path).size;
    await recorded(ticks.slice(1000, 2000));
    truncateSync(path, whole + 200);
    await recorded(ticks.slice(2000), monday + 1);
    const torn: string[] = [];
    const again = await lastValueFrom(
      replay({ folder, onTorn: (file) => torn.push(file) }).pipe(filter(isTick), toArray()),
    );
    expect(torn).toEqual([name]);
    expect(again.slice(0, 1000)).toEqual(ticks.slice(0, 1000));
    expect(again.slice(-1000)).toEqual(ticks.slice(2000));
    expect(again.length).toBeLessThan(3000);
  });

  it('fail with an error where they are no ticks', async () => {
    await recorded(ticks.slice(0, 10));
    const { gzipSync } = await import('node:zlib');
    appendFileSync(join(folder, readdirSync(folder)[0]!), gzipSync('{"price":1}\n'));
    await expect(replayed()).rejects.toThrow('eventTime');
  });

  it('are bounded in age and size', async () => {
    const day = 86_400_000;
    for (let i = 0; i < 5; i++) {
      const recorder = createRecorder({ folder, clock: createFeedClock(monday + i * day).clock, maxDays: 2 });
      recorder.record(tickAt(monday + i * day, 1));
      await recorder.close();
    }
    expect(readdirSync(folder)).toHaveLength(3);
    const recorder = createRecorder({ folder, clock: createFeedClock(monday + 5 * day).clock, maxBytes: 1 });
    recorder.record(tickAt(monday + 5 * day, 1));
    await recorder.close();
    expect(readdirSync(folder)).toHaveLength(1);
  });

  it('are bounded in size within a day too', async () => {
    const feed = createFeedClock(monday);
    const recorder = createRecorder({ folder, clock: feed.clock, maxBytes: 16_000 });
    for (let i = 0; i < 40; i++) {
      for (const tick of ticks.slice(i * 50, i * 50 + 50)) recorder.record(tick);
      feed.advance(feed.clock.now() + 1001);
      await until(async () => (await replayed()).at(-1)?.eventTime === ticks[i * 50 + 49]!.eventTime);
    }
    await recorder.close();
    const bytes = readdirSync(folder).reduce((sum, name) => sum + statSync(join(folder, name)).size, 0);
    expect(bytes).toBeLessThan(20_000);
    const again = await replayed();
    expect(again.length).toBeGreaterThan(200);
    expect(again).toEqual(ticks.slice(2000 - again.length, 2000));
  });

  it('are in order over midnight, whatever kind they are', async () => {
    const midnight = Date.parse('2026-01-06T00:00:00Z');
    const feed = createFeedClock(midnight - 500);
    const recorder = createRecorder({ folder, clock: feed.clock });
    recorder.record({ kind: 'started', symbol: 'EURUSD' });
    recorder.record(tickAt(midnight - 400, 1));
    feed.advance(midnight + 600);
    await recorder.close();
    const lines = await lastValueFrom(replay({ folder }).pipe(toArray()));
    expect(lines.map((line) => ('kind' in line ? line.kind : line.price))).toEqual([
      'start',
      'listening',
      'started',
      1,
      'listening',
      'stopped',
    ]);
    expect(lines[4]).toEqual({ kind: 'listening', symbols: ['EURUSD'] });
  });

  it('are dropped and counted where the disk does not keep up', async () => {
    const recorder = createRecorder({ folder, clock: createFeedClock(monday).clock, maxWaiting: 10 });
    for (const tick of ticks.slice(0, 15)) recorder.record(tick);
    expect(recorder.dropped()).toBe(5);
    await recorder.close();
    expect(await replayed()).toHaveLength(10);
  });

  it('mark lines lost to a slow or failing disk', async () => {
    const kinds = async () =>
      (await lastValueFrom(replay({ folder }).pipe(toArray()))).map((line) =>
        isTick(line) ? line.price : line.kind === 'lost' ? `lost ${line.lines}` : line.kind,
      );
    const feed = createFeedClock(monday);
    const lost: number[] = [];
    const recorder = createRecorder({
      folder: join(folder, 'ticks'),
      clock: feed.clock,
      maxWaiting: 4,
      onError: (_, lines) => lost.push(lines),
    });
    const second = async (...prices: number[]) => {
      for (const price of prices) recorder.record(tickAt(monday, price));
      feed.advance(feed.clock.now() + 1001);
      await new Promise((done) => setTimeout(done, 50));
    };
    await second(1, 2, 3, 4, 5, 6);
    // A file in place of the folder: nothing can be written for a while.
    renameSync(join(folder, 'ticks'), join(folder, 'aside'));
    writeFileSync(join(folder, 'ticks'), '');
    await second(7);
    await second(8);
    rmSync(join(folder, 'ticks'));
    renameSync(join(folder, 'aside'), join(folder, 'ticks'));
    await second(9);
    recorder.record({ kind: 'started', symbol: 'EURUSD' });
    await recorder.close();
    expect(lost).toEqual([3, 1]);
    folder = join(folder, 'ticks');
    expect(await kinds()).toEqual(['start', 'listening', 1, 2, 3, 4, 'lost 4', 9, 'started', 'stopped']);
    folder = join(folder, '..');
  });
});

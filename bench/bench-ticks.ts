import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { parseArgs } from 'node:util';
import type { Candle } from '../schema/candle.ts';
import type { Tick } from '../schema/tick.ts';
import { handWritten } from './ticks/hand-written.ts';
import { memoryPerSymbol } from './ticks/memory.ts';
import { type SeenCandle, throughActor } from './ticks/through-actor.ts';
import { tickSeries } from './ticks/tick-series.ts';

// Ticks through quality, lag, actor, minute windows and three folded timeframes into their histories, against one loop that
// does the same by hand, in turns in one process; and the memory of a symbol's whole state, each count in a process of its own.

const { values } = parseArgs({ options: { memory: { type: 'string' } } });

if (values.memory === undefined) {
  rates();
  console.log();
  memory();
} else console.log(JSON.stringify(memoryPerSymbol(Number(values.memory))));

function rates() {
  console.log(
    '| ticks a symbol and minute | actor, ns a tick | by hand, ns a tick | actor, ticks/s | speed, actor/hand |',
  );
  console.log('|---|---|---|---|---|');
  for (const perMinute of [6, 60, 600, 15_000]) {
    const ticks = tickSeries({ symbols: 20, perMinute, count: 600_000 });
    sameCandles(ticks.slice(0, perMinute > 60 ? 400_000 : 60_000));
    const actor: number[] = [];
    const hand: number[] = [];
    for (let round = 0; round < 7; round++) {
      actor.push(nanosecondsOf(throughActor, ticks));
      hand.push(nanosecondsOf(handWritten, ticks));
    }
    const [a, h] = [median(actor), median(hand)];
    console.log(
      `| ${whole(perMinute)} | ${whole(a)} | ${whole(h)} | ${whole(1e9 / a)} | ${(h / a).toFixed(2)} |`,
    );
  }
}

/** Both ways make every candle alike, forming ones too, or there is nothing to compare. */
function sameCandles(ticks: readonly Tick[]) {
  const actor: Candle[] = [];
  const hand: Candle[] = [];
  throughActor(ticks, (candle) => actor.push(candle));
  handWritten(ticks, (candle) => hand.push(candle));
  if (actor.length === 0) throw new Error('no candle was made: nothing is measured');
  for (let i = 0; i < Math.max(actor.length, hand.length); i++)
    assert.deepEqual(hand[i], actor[i], `candle ${i} of ${actor.length} and ${hand.length} differs`);
}

function memory() {
  console.log('| symbols | KiB a symbol |');
  console.log('|---|---|');
  for (const count of [10, 100, 1000, 10_000]) {
    const args = [
      '--expose-gc',
      '--max-old-space-size=4096',
      import.meta.filename,
      '--memory',
      String(count),
    ];
    const child = spawnSync(process.execPath, args, { encoding: 'utf8' });
    if (child.status !== 0) throw new Error(`measuring ${count} symbols failed: ${child.stderr}`);
    const { bytes } = JSON.parse(child.stdout) as { bytes: number };
    console.log(`| ${whole(count)} | ${(bytes / 1024).toFixed(1)} |`);
  }
}

/** Of the processor, not of the wall: what else the machine does hardly counts. */
function nanosecondsOf(
  work: (ticks: readonly Tick[], seen: SeenCandle) => number,
  ticks: readonly Tick[],
): number {
  let last: Candle | undefined;
  const before = process.cpuUsage();
  work(ticks, (candle) => (last = candle));
  const { user, system } = process.cpuUsage(before);
  if (last === undefined) throw new Error('no candle was made: nothing was measured');
  return ((user + system) * 1000) / ticks.length;
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[values.length >> 1]!;
}

function whole(value: number): string {
  return Math.round(value).toLocaleString('en-US');
}

import { spawnSync } from 'node:child_process';
import { parseArgs } from 'node:util';
import { handWritten } from './ticks/hand-written.ts';
import { memoryPerSymbol } from './ticks/memory.ts';
import { throughActor } from './ticks/through-actor.ts';
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
  console.log('| ticks a symbol and minute | actor, ticks/s | by hand, ticks/s | ratio |');
  console.log('|---|---|---|---|');
  for (const perMinute of [6, 60, 600, 15_000]) {
    const ticks = tickSeries({ symbols: 20, perMinute, count: 600_000 });
    const actor: number[] = [];
    const hand: number[] = [];
    for (let round = 0; round < 5; round++) {
      actor.push(rateOf(() => throughActor(ticks), ticks.length));
      hand.push(rateOf(() => handWritten(ticks), ticks.length));
    }
    const [a, h] = [median(actor), median(hand)];
    console.log(`| ${perMinute} | ${whole(a)} | ${whole(h)} | ${(a / h).toFixed(2)} |`);
  }
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

function rateOf(work: () => number, ticks: number): number {
  const start = performance.now();
  const candles = work();
  const rate = ticks / ((performance.now() - start) / 1000);
  if (candles === 0) throw new Error('no candle was made: nothing was measured');
  return rate;
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[values.length >> 1]!;
}

function whole(value: number): string {
  return Math.round(value).toLocaleString('en-US');
}

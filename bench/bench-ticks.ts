import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import type { Candle } from '../schema/candle.ts';
import type { Tick } from '../schema/tick.ts';
import { benchArguments } from './bench-arguments.ts';
import { handWritten } from './ticks/hand-written.ts';
import { memoryPerSymbol } from './ticks/memory.ts';
import { type SeenCandle, throughActor } from './ticks/through-actor.ts';
import { tickSeries } from './ticks/tick-series.ts';

// Ticks through quality, lag, actor, minute windows and three folded timeframes into their histories, against one loop that
// does the same by hand, in turns, each time in a process of its own: what the engine learned of one way would slow the
// other. And the memory of a symbol's whole state, each count in a process of its own.

const ways = { actor: throughActor, hand: handWritten };
const options = { way: { type: 'string' }, rate: { type: 'string' }, memory: { type: 'string' } } as const;
const help = `Usage: npm run bench:ticks

Ticks through the actors into three timeframes against a loop that does the same by hand, and the memory of a symbol. Takes minutes.`;
const { values } = benchArguments(help, options);

if (values.memory !== undefined) console.log(memoryPerSymbol(Number(values.memory)).bytes);
else if (values.rate !== undefined)
  console.log(nanosecondsATick(ways[values.way as keyof typeof ways], Number(values.rate)));
else {
  rates();
  console.log();
  memory();
}

function rates() {
  console.log(
    '| ticks a symbol and minute | actor, ns a tick | by hand, ns a tick | actor, ticks/s | speed, actor/hand |',
  );
  console.log('|---|---|---|---|---|');
  for (const rate of [6, 60, 600, 15_000]) {
    sameCandles(series(rate).slice(0, rate > 60 ? 400_000 : 60_000));
    const actor: number[] = [];
    const hand: number[] = [];
    for (let round = 0; round < 5; round++) {
      actor.push(inChild(['--way', 'actor', '--rate', String(rate)]));
      hand.push(inChild(['--way', 'hand', '--rate', String(rate)]));
    }
    const [a, h] = [median(actor), median(hand)];
    console.log(`| ${whole(rate)} | ${whole(a)} | ${whole(h)} | ${whole(1e9 / a)} | ${(h / a).toFixed(2)} |`);
  }
}

function series(rate: number) {
  return tickSeries({ symbols: 20, perMinute: rate, count: 600_000 });
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
    console.log(`| ${whole(count)} | ${(inChild(['--memory', String(count)]) / 1024).toFixed(1)} |`);
  }
}

/** This file with other arguments, in a process of its own; the number it prints. */
function inChild(args: readonly string[]): number {
  const node = ['--expose-gc', '--max-old-space-size=4096', import.meta.filename, ...args];
  const child = spawnSync(process.execPath, node, { encoding: 'utf8' });
  if (child.status !== 0) throw new Error(`${args.join(' ')} failed: ${child.stderr}`);
  return Number(child.stdout);
}

/** Median of seven, after two that compile. */
function nanosecondsATick(way: (typeof ways)[keyof typeof ways], rate: number): number {
  const ticks = series(rate);
  const rounds = Array.from({ length: 9 }, () => nanosecondsOf(way, ticks));
  return median(rounds.slice(2));
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

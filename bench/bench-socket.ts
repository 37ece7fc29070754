import assert from 'node:assert/strict';
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { setTimeout as pause } from 'node:timers/promises';
import { asyncScheduler, filter, map, NEVER, of, concat } from 'rxjs';
import type { Candle } from '../schema/candle.ts';
import { twelveDataFeed } from '../streams/provider/socket/twelvedata.ts';
import { benchArguments } from './bench-arguments.ts';
import type { SentMinute } from './ticks/provider.ts';
import { candlesOf } from './ticks/through-actor.ts';

// 5,000 ticks/s on 20 symbols over a socket, through the provider's feed, quality, the actors and three timeframes: does the
// event loop stay free, and is each candle exactly what was sent?

benchArguments(
  `Usage: npm run bench:socket

5,000 ticks a second over a socket for 130 s: does the event loop stay free, and is each candle exactly what was sent?`,
  {},
);

const seconds = 130;
const symbols = Array.from({ length: 20 }, (_, i) => `S${String.fromCodePoint(65 + i)}XUSD`);
const provider = fork(new URL('./ticks/provider.ts', import.meta.url));
const [{ port }] = (await once(provider, 'message')) as [{ port: number }];

const closed: Candle[] = [];
let ticks = 0;
let forming = 0;
const ticks$ = twelveDataFeed({
  url: `ws://127.0.0.1:${port}`,
  key: 'bench',
  clock: asyncScheduler,
  random: Math.random,
  symbols$: concat(of(new Set(symbols)), NEVER),
  isMarketOpen: () => true,
}).pipe(
  filter((event) => event.kind === 'tick'),
  map(({ tick }) => {
    ticks++;
    return tick;
  }),
);
const subscription = candlesOf(ticks$, asyncScheduler).subscribe((event) => {
  if (event.kind === 'forming') forming += event.candles.length;
  else if (event.kind === 'candle' && event.candle.timeframe === '1min') closed.push(event.candle);
});
await pause(2000);
const delay = monitorEventLoopDelay({ resolution: 1 });
const before = process.cpuUsage();
delay.enable();
await pause(seconds * 1000);
delay.disable();
const { user, system } = process.cpuUsage(before);
provider.send('stop');
const [{ minutes, sent }] = (await once(provider, 'message')) as [
  { minutes: [string, SentMinute][]; sent: number },
];
subscription.unsubscribe();

const wanted = new Map(minutes);
const whole = closed.filter(({ complete }) => complete);
for (const { symbol, openTime, open, high, low, close, ticks: count } of whole) {
  assert.deepEqual({ open, high, low, close, ticks: count }, wanted.get(`${symbol} ${openTime}`));
}
assert.ok(whole.length >= symbols.length, 'not one whole minute was closed: nothing was compared');
const ms = (nanoseconds: number) => (nanoseconds / 1e6).toFixed(1);
console.log(`ticks sent ${sent}, received ${ticks}; forming candles ${forming}`);
console.log(`1min candles: ${closed.length} closed, ${whole.length} complete, each as it was sent`);
console.log(
  `event loop delay, ms: p50 ${ms(delay.percentile(50))}, p99 ${ms(delay.percentile(99))}, most ${ms(delay.max)}`,
);
console.log(`processor: ${(((user + system) / (seconds * 1e6)) * 100).toFixed(0)} % of one core`);

/**
 * What a backtest costs: analyses a second on one thread and on two, the way of minutes through candle windows, gates, desk and books, the same
 * trades by grademark, and a sweep.
 *
 *     npm run bench:lab
 */
import { loadavg } from 'node:os';
import { benchArguments } from './bench-arguments.ts';
import { benchGrademark } from './lab/bench-grademark.ts';
import { benchSweep } from './lab/bench-sweep.ts';
import { benchThreads } from './lab/bench-threads.ts';
import { walkMinutes } from './lab/walk-minutes.ts';

const help = `Usage: npm run bench:lab -- [threads] [walk] [grademark] [sweep]

All of it, or some: analyses a second of the built-in rule on one thread and on two; what two years of minutes cost on their way through the
backtest; 100,000 minutes of a moving-average cross with bracket by it and by grademark, their trades compared one by one; a thousand settings on a
year of hours.`;
const { positionals } = benchArguments(help, {}, 4);
const isWanted = (part: string): boolean => positionals.length === 0 || positionals.includes(part);
const load = (): string => loadavg()[0]!.toFixed(1);

console.log(`Node ${process.version}, load average ${load()} before`);
if (isWanted('threads')) await benchThreads();
if (isWanted('walk'))
  console.table({
    '100,000 minutes at 5min': await walkMinutes(100_000, '5min'),
    '100,000 minutes at 1h': await walkMinutes(100_000, '1h'),
    '1,051,200 minutes at 1h': await walkMinutes(1_051_200, '1h'),
  });
if (isWanted('grademark')) await benchGrademark(100_000);
if (isWanted('sweep')) await benchSweep(8_760, 2);
console.log(`load average ${load()} after`);

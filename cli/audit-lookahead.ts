/**
 * Proves that no signal uses the future: exit code 0 if every bar's analysis is the same with the future present and absent, and a variant
 * that does look ahead is caught.
 *
 *     npm run audit:lookahead [-- --candles minutes.csv.gz --timeframe 30min]
 */
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { Timeframe, timeframeMs } from '../schema/timeframe.ts';
import { auditSignals } from './audit/audit-signals.ts';
import { issued, smoothed } from './audit/signal-functions.ts';
import { readCandles } from './read-candles.ts';

const { values } = parseArgs({
  options: {
    candles: {
      type: 'string',
      default: fileURLToPath(new URL('../../shared/data/btc-perp-1m-2022-01.csv.gz', import.meta.url)),
    },
    timeframe: { type: 'string', default: '30min' },
    every: { type: 'string', default: '1' },
  },
});

const minutes = readCandles(values.candles);
const barMs = timeframeMs[Timeframe.parse(values.timeframe)];
const own = auditSignals(minutes, barMs, issued, Number(values.every));
const cheat = auditSignals(minutes, barMs, smoothed, 10 * Number(values.every));
console.log(`analysis: ${own.bars} bars, ${own.differing.length} differ with the future absent`);
console.log(`smoothed variant, which looks ahead: ${cheat.bars} bars, ${cheat.differing.length} differ`);
const passed = own.bars > 0 && own.differing.length === 0 && cheat.differing.length > 0;
console.log(
  passed
    ? 'passed: no look-ahead, and the audit can see one'
    : `FAILED at bars ${own.differing.slice(0, 10).join(', ')}`,
);
process.exitCode = passed ? 0 : 1;

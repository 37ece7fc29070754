import { fileURLToPath } from 'node:url';
import { timeframeMs } from '../schema/timeframe.ts';
import { auditSignals } from './audit/audit-signals.ts';
import { issued, smoothed } from './audit/signal-functions.ts';
import { command, timeframeOption, wholeNumber } from './command.ts';
import { readCandles } from './read-candles.ts';

const help = `Usage: npm run audit:lookahead [-- options]

Proves that no signal uses the future: exit code 0 if every bar's analysis is the same with the future present and absent, and a
variant that does look ahead is caught.

  --candles FILE  minutes as \`npm run backtest\` takes them (default: bitcoin minutes of January 2022 in ../shared)
  --timeframe T   (default 30min)
  --every N       looks at every Nth bar (default 1)`;

const options = {
  candles: {
    type: 'string',
    default: fileURLToPath(new URL('../../shared/data/btc-perp-1m-2022-01.csv.gz', import.meta.url)),
  },
  timeframe: { type: 'string', default: '30min' },
  every: { type: 'string', default: '1' },
} as const;

await command({ help, options }, (values) => {
  const every = wholeNumber('every', values.every, 1);
  const barMs = timeframeMs[timeframeOption(values.timeframe)];
  const minutes = readCandles(values.candles);
  const own = auditSignals(minutes, barMs, issued, every);
  const cheat = auditSignals(minutes, barMs, smoothed, 10 * every);
  console.log(`analysis: ${own.bars} bars, ${own.differing.length} differ with the future absent`);
  console.log(`smoothed variant, which looks ahead: ${cheat.bars} bars, ${cheat.differing.length} differ`);
  const passed = own.bars > 0 && own.differing.length === 0 && cheat.differing.length > 0;
  console.log(
    passed
      ? 'passed: no look-ahead, and the audit can see one'
      : `FAILED at bars ${own.differing.slice(0, 10).join(', ')}`,
  );
  return passed ? 0 : 1;
});

import { resolve } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { auditWalk } from './audit/audit-walk.ts';
import { checkSpacing } from './candles/check-spacing.ts';
import { closedHours } from './candles/closed-hours.ts';
import { describeFile } from './candles/describe-file.ts';
import { readCandles } from './candles/read-candles.ts';
import { command, finiteNumber, symbolOption, timeframeOption, wholeNumber, zoneOption } from './command.ts';

const help = `Usage: npm run audit:lookahead [-- options]

Walks over a file of candles, then again in fresh processes over the same candles cut at some times, and with another future after
them. Everything decided up to those times must be the same. Exit code 0 if it is, 1 if something differs, 2 where nothing could be
compared.

  --candles FILE   CSV of minutes, or of longer candles (default: the BTC month of ../shared/data)
  --zone Z         of times that name none, as in npm run backtest
  --symbol S       whose hours and costs they are (default: BTCUSD)
  --timeframe T    (default: 30min)
  --cost-bps N     of the round trip (default: 2)
  --cuts N         at how many times (default: 3)
  --threads N      of each walk (default: 2)
  --walk FILE      another walk than the product's: a module as cli/audit/walk.ts describes it`;

const options = {
  candles: {
    type: 'string',
    default: fileURLToPath(new URL('../../shared/data/btc-perp-1m-2022-01.csv.gz', import.meta.url)),
  },
  zone: { type: 'string' },
  symbol: { type: 'string', default: 'BTCUSD' },
  timeframe: { type: 'string', default: '30min' },
  'cost-bps': { type: 'string', default: '2' },
  cuts: { type: 'string', default: '3' },
  threads: { type: 'string', default: '2' },
  walk: { type: 'string' },
} as const;

await command({ help, options }, async (values) => {
  const timeframe = timeframeOption(values.timeframe);
  const task = {
    symbol: symbolOption(values.symbol),
    timeframe,
    costBps: finiteNumber('cost-bps', values['cost-bps'], 0, 1000),
    threads: wholeNumber('threads', values.threads, 1, 256),
    cuts: wholeNumber('cuts', values.cuts, 1, 100),
    walk:
      values.walk === undefined
        ? new URL('audit/product-walk.ts', import.meta.url).href
        : pathToFileURL(resolve(values.walk)).href,
  };
  const file = await readCandles(values.candles, zoneOption(values.zone));
  console.log([...describeFile(values.candles, file), ...closedHours(file.candles, task.symbol)].join('\n'));
  checkSpacing(file.candles, timeframe);
  const { compared, cuts, findings } = await auditWalk({ ...task, minutes: file.candles });
  const times = cuts.map((cut) => new Date(cut).toISOString()).join(', ');
  console.log(
    `${compared} decisions compared with the future absent and with another one, at ${times || 'no time'}`,
  );
  for (const { at, message } of findings.slice(0, 10))
    console.log(`  ${at === null ? 'the walk' : new Date(at).toISOString()}: ${message}`);
  if (findings.length > 10) console.log(`  and ${findings.length - 10} more`);
  if (findings.length > 0)
    console.log('FAILED: decisions depend on what came after them, or on what is not in the data');
  else if (compared === 0) console.log('nothing to compare: the data hold no bar with 250 candles before it');
  else console.log('passed: no look-ahead');
  return findings.length > 0 ? 1 : compared === 0 ? 2 : 0;
});

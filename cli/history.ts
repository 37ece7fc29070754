import { asyncScheduler } from 'rxjs';
import { machineClock } from '../streams/clock/machine-clock.ts';
import { minuteOf } from './candles/minute-of.ts';
import { fetchHistory } from './history/fetch/fetch-history.ts';
import { minuteMs } from './history/minutes.ts';
import type { Span } from './history/spans.ts';
import { timeOption } from './history/time-option.ts';
import { createProgress } from './progress.ts';
import { loadConfig } from '../app/configuration/read-config.ts';
import { command, CommandError, symbolOption, UsageError, zoneOption } from './command.ts';
import { describeHistory } from './history/describe-history.ts';
import { lockFolder } from './history/files/lock-folder.ts';
import { storedSymbols } from './history/files/symbol-folder.ts';
import { historyFolder } from './history/history-folder.ts';
import { importFile } from './history/import-file.ts';
import { openHistory } from './history/open-history.ts';

/** sysexits.h: the same command may succeed later. */
const EX_TEMPFAIL = 75;
/** A minute's bar is there a little after its end, ms. */
const LATE_MS = 10_000;

const help = `Usage: npm run history -- --symbol S --from T [--to T]
       npm run history -- --symbol S --file FILE…
       npm run history -- --list [--symbol S]

Keeps minutes of the past in DATA_DIR/history. They are fetched from TwelveData within the plan's credits (without TWELVEDATA_API_KEY from the
bundled simulator), or read from files, which are recognised as docs/backtest.md says. Where a minute is given twice, the later one counts. It
may be killed at any time and goes on where it was. docs/history.md tells more.

  --symbol S       whose minutes they are, as BTC/USD
  --from T         fetches what is missing from this day or minute on, in UTC: 2025-01-31, 2025-01-31T09:30
  --to T           up to this day or minute, itself not included (default: now)
  --file FILE…     minutes as a terminal, an exchange or a vendor exported them; several are taken one after the other
  --time-zone Z    of times in files that name none: UTC, +02:00, Europe/Athens, America/New_York+7 (most MT5 servers); --zone is the same
                   (default: what the file says, else UTC)
  --list           what is stored: minutes, span, gaps, source; of one symbol with its first ten gaps`;

const options = {
  symbol: { type: 'string' },
  from: { type: 'string' },
  to: { type: 'string' },
  file: { type: 'string', multiple: true },
  'time-zone': { type: 'string' },
  zone: { type: 'string' },
  list: { type: 'boolean', default: false },
} as const;

await command({ help, options, positionals: { min: 0, max: Infinity } }, async (values, more) => {
  const { list, file = [] } = values;
  const symbol = values.symbol === undefined ? undefined : symbolOption(values.symbol);
  const files = [...file, ...more];
  if (more.length > 0 && file.length === 0)
    throw new UsageError(`\`${more[0]}\` is no option: --file ${more[0]}?`);
  const from = timeOption('from', values.from);
  const to = timeOption('to', values.to);
  if ([list, files.length > 0, from !== undefined].filter(Boolean).length !== 1)
    throw new UsageError('one of --from, --file and --list is needed');
  if (to !== undefined && from === undefined) throw new UsageError('--to needs --from');
  const { config } = loadConfig();
  const folder = historyFolder(config);
  if (list) return printList(folder, symbol);
  if (symbol === undefined) throw new UsageError('--symbol is needed');
  const zone = { ...zoneOption(values.zone), ...zoneOption(values['time-zone'], 'time-zone') };
  const span = from === undefined ? undefined : spanOf(from, to);
  await using _lock = await lockFolder(folder);
  for (const one of files) await importFile(folder, one, { symbol, ...zone }, console.log);
  const problem =
    span === undefined
      ? undefined
      : await fetchHistory({
          config,
          history: folder,
          symbol,
          span,
          clock: asyncScheduler,
          say: console.log,
          progress: createProgress('fetching'),
        });
  await print(folder, symbol, false).catch((error: unknown) => {
    // The reason why nothing is there is told below.
    if (problem === undefined) throw error;
  });
  if (problem === undefined) return 0;
  console.error(problem);
  return EX_TEMPFAIL;
});

/** Whole minutes that are over. Throws UsageError where there are none. */
function spanOf(from: number, to = Infinity): Span {
  const over = Math.floor((machineClock.wallNow() - LATE_MS) / minuteMs) * minuteMs;
  const end = Math.min(to, over);
  if (from < end) return [from, end];
  throw new UsageError(
    `--from ${minuteOf(from)} is not before ${to <= over ? `--to ${minuteOf(to)}` : `the last whole minute, ${minuteOf(over)}`} UTC`,
  );
}

async function print(folder: string, symbol: string, listsGaps: boolean): Promise<void> {
  const lines = describeHistory(symbol, await openHistory(folder, symbol), { listsGaps });
  console.log(lines.join('\n'));
}

/** A damaged file of one symbol does not hide the others. */
async function printList(folder: string, symbol: string | undefined): Promise<number> {
  const symbols = symbol === undefined ? await storedSymbols(folder) : [symbol];
  if (symbols.length === 0) console.log(`nothing is stored in ${folder}`);
  let damaged = 0;
  for (const one of symbols)
    await print(folder, one, symbol !== undefined).catch((error: unknown) => {
      if (symbol !== undefined || !(error instanceof Error)) throw error;
      damaged++;
      console.error(`${one}: ${error.message}`);
    });
  if (damaged > 0) throw new CommandError(`${damaged} of ${symbols.length} cannot be read`);
  return 0;
}

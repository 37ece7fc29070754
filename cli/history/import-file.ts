import { basename } from 'node:path';
import { createMarkets } from '../../app/markets.ts';
import { inWords } from '../../schema/spacing.ts';
import { closedHours } from '../candles/closed-hours.ts';
import { describeFile } from '../candles/describe-file.ts';
import { readCandles } from '../candles/read-candles.ts';
import type { LocalZone } from '../candles/times/local-zone.ts';
import { DataError } from '../command.ts';
import { keepMinutes } from './keep-minutes.ts';
import { minuteMs } from './minutes.ts';
import type { Span } from './spans.ts';

/** Without a candle for longer, while the market is open, a file lacks minutes rather than trades: they may be fetched. */
const QUIET_MS = 60 * minuteMs;

/** Puts a file of minutes into the history of a symbol, and says what was recognised in it and what changed by it. */
export async function importFile(
  history: string,
  file: string,
  { symbol, zone }: { readonly symbol: string; readonly zone?: LocalZone },
  say: (line: string) => void,
): Promise<void> {
  const read = await readCandles(file, zone === undefined ? {} : { zone });
  const { candles } = read;
  for (const line of [...describeFile(file, read), ...closedHours(candles, symbol)]) say(line);
  checkMinutes(file, candles);
  const { openMillis } = createMarkets({ alignment: 'utc', pairsNeverClose: false }).of(symbol);
  const { added, changed, replaced } = await keepMinutes(history, symbol, {
    candles,
    spans: spansOf(candles.time, openMillis),
    source: basename(file),
    isSimulated: false,
  });
  const same = candles.time.length - added - changed;
  if (replaced) say('  replaced      the simulated prices that were there');
  say(
    `  stored        ${count(added)} minutes new, ${count(changed)} changed, ${count(same)} as they were stored before`,
  );
}

function checkMinutes(
  file: string,
  { time, spacingMs }: { readonly time: Float64Array; readonly spacingMs: number },
): void {
  if (spacingMs !== minuteMs)
    throw new DataError(
      `${file}: its candles are ${inWords(spacingMs)} long, and the history keeps minutes: npm run backtest -- --candles takes longer ones as they are`,
    );
  const off = time.find((at) => at % minuteMs !== 0);
  if (off !== undefined)
    throw new DataError(
      `${file}: a candle begins at ${new Date(off).toISOString()}, which is no whole minute: are its times the ends of the candles?`,
    );
}

/** What a file of sorted times knows of: all but what it lacks. */
function spansOf(time: Float64Array, openMillis: (from: number, to: number) => number): Span[] {
  const spans: Span[] = [];
  let from = time[0]!;
  for (let i = 1; i < time.length; i++) {
    const end = time[i - 1]! + minuteMs;
    if (time[i]! - end <= QUIET_MS || openMillis(end, time[i]!) <= QUIET_MS) continue;
    spans.push([from, end]);
    from = time[i]!;
  }
  spans.push([from, time.at(-1)! + minuteMs]);
  return spans;
}

const count = (n: number): string => n.toLocaleString('en');

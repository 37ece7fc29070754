import type { CandleColumns } from '../../models/candle-columns.ts';
import { DataError } from '../command.ts';
import type { MonthFile } from './files/month-format.ts';
import { monthOf, spanOf, symbolFolder, type SymbolFolder } from './files/symbol-folder.ts';
import { mergeMinutes } from './merge-minutes.ts';
import { candlesIn, noCandles } from './minutes.ts';
import { type Span, united, within } from './spans.ts';

export interface Given {
  readonly candles: CandleColumns;
  /** What is known now, candle or not. */
  readonly spans: readonly Span[];
  /** Who gave it. */
  readonly source: string;
  /** Prices of the simulator, which never stand beside others. */
  readonly isSimulated: boolean;
}

export interface Kept {
  readonly added: number;
  readonly changed: number;
  /** Had simulated prices to be removed for it? */
  readonly replaced: boolean;
}

/** Of a symbol that many gave something for. */
const MOST_SOURCES = 50;

/**
 * Puts minutes beside those that are stored, month by month, each file at once: after a kill a month has all of what was given or nothing of
 * it. What is given later wins. The folder is locked by the caller. Throws a DataError where a stored month is damaged, and where simulated
 * prices would stand beside real ones; real ones replace simulated ones.
 */
export async function keepMinutes(history: string, symbol: string, given: Given): Promise<Kept> {
  const folder = symbolFolder(history, symbol);
  const replaced = await makeWay(folder, symbol, given);
  let [added, changed] = [0, 0];
  for (const month of monthsOf(given)) {
    const old = await folder.read(month);
    const merged = mergeMinutes(old?.candles ?? noCandles(), candlesIn(given.candles, spanOf(month)));
    const file: MonthFile = {
      symbol,
      month,
      candles: merged.candles,
      spans: united([...(old?.spans ?? []), ...within(given.spans, spanOf(month))]).map(([a, b]) => [a, b]),
      sources: [...new Set([...(old?.sources ?? []), given.source])].slice(-MOST_SOURCES),
      isSimulated: given.isSimulated,
    };
    added += merged.added;
    changed += merged.changed;
    const isSame =
      old !== undefined &&
      merged.added + merged.changed === 0 &&
      JSON.stringify([old.spans, old.sources]) === JSON.stringify([file.spans, file.sources]);
    if (!isSame) await folder.write(file);
  }
  return { added, changed, replaced };
}

function monthsOf({ candles, spans }: Given): string[] {
  const months = new Set<string>();
  const { time } = candles;
  const all: Span[] = [...spans, ...(time.length === 0 ? [] : [[time[0]!, time.at(-1)! + 1] as const])];
  for (const [from, to] of united(all))
    for (let at = from; at < to; at = spanOf(monthOf(at))[1]) months.add(monthOf(at));
  return [...months];
}

/** Removes simulated prices where real ones come; are there any? */
async function makeWay(
  folder: SymbolFolder,
  symbol: string,
  { isSimulated }: Pick<Given, 'isSimulated'>,
): Promise<boolean> {
  const [first] = await folder.months();
  const stored = first === undefined ? undefined : await folder.read(first);
  if (stored === undefined || stored.isSimulated === isSimulated) return false;
  if (isSimulated)
    throw new DataError(
      `the history of ${symbol} is of ${stored.sources.join(', ')}: simulated prices do not go beside it. Set TWELVEDATA_API_KEY, or choose another symbol`,
    );
  await folder.clear();
  return true;
}

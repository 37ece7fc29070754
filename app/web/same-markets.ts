import { type SameMarket, sameMarkets } from '../../operators/signals/outcomes/same-market.ts';
import type { Timeframe } from '../../schema/timeframe.ts';
import type { CandlesTable } from '../../store/candles-table.ts';

export interface SameMarketsOptions {
  /** The newest candles of a symbol. */
  readonly latest: CandlesTable['latest'];
  /** How long an answer holds, ms: markets do not change by the minute, and anybody may ask. @default 10 minutes */
  readonly keepMs?: number;
  /** Monotonic, ms. */
  readonly now?: () => number;
}

/** Candles of a symbol that are compared. */
const compared = 250;
/** Symbols that are compared with each other: those with the most signals. */
const mostSymbols = 64;
/** Answers kept. */
const mostKept = 32;

/** Asks the store which symbols of a pool are one market. The symbols come in the order in which they are to count. */
export function createSameMarkets({
  latest,
  keepMs = 600_000,
  now = () => performance.now(),
}: SameMarketsOptions): (symbols: readonly string[], timeframe: Timeframe) => Promise<readonly SameMarket[]> {
  const kept = new Map<string, { readonly until: number; readonly answer: Promise<readonly SameMarket[]> }>();
  const ask = async (symbols: readonly string[], timeframe: Timeframe) => {
    const series = await Promise.all(
      symbols.map(async (symbol) => {
        const closes = await latest(symbol, timeframe, compared);
        return [symbol, new Map(closes.map(({ openTime, close }) => [openTime, close]))] as const;
      }),
    );
    return sameMarkets(series);
  };
  return (all, timeframe) => {
    const symbols = all.slice(0, mostSymbols);
    if (symbols.length < 2) return Promise.resolve([]);
    const key = `${timeframe} ${symbols.join(' ')}`;
    const known = kept.get(key);
    if (known !== undefined && now() < known.until) return known.answer;
    const answer = ask(symbols, timeframe);
    kept.delete(key);
    kept.set(key, { until: now() + keepMs, answer });
    for (const oldest of kept.keys()) if (kept.size > mostKept) kept.delete(oldest);
    answer.catch(() => kept.delete(key));
    return answer;
  };
}

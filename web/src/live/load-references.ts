import type { CandlesAnswer, WatchedSymbol } from '../../../schema/rest.ts';
import { getJson } from '../api/get-json.ts';
import { timeframeSeconds } from '../format/timeframe.ts';
import { references } from '../state/quotes.ts';

const day = 86_400;

/** Fetches each symbol's price of a day ago: the open of the window that lies 24 h of candles back. */
export async function loadReferences(watched: readonly WatchedSymbol[]): Promise<void> {
  await Promise.all(
    watched.map(async ({ symbol, timeframes }) => {
      const coarsest = timeframes
        .filter((timeframe) => timeframeSeconds[timeframe] <= day)
        .sort((a, b) => timeframeSeconds[b] - timeframeSeconds[a])[0];
      if (coarsest === undefined) return;
      const count = Math.round(day / timeframeSeconds[coarsest]);
      const answer = await getJson<CandlesAnswer>(
        `/candles/${encodeURIComponent(symbol)}?interval=${coarsest}&outputsize=${count}`,
      ).catch(() => null);
      const oldest = answer?.candles[0];
      if (oldest !== undefined) references.update((known) => new Map(known).set(symbol, oldest.open));
    }),
  );
}

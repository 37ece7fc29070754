import type { CandlesAnswer, WatchedSymbol } from '../../../schema/rest.ts';
import { getJson } from '../api/get-json.ts';
import { timeframeSeconds } from '../format/timeframe.ts';
import { days } from '../state/quotes.ts';

const day = 86_400;
/** Longer candles would draw the day with too few points, s. */
const longest = 3600;

/** Fetches the last 24 h of each symbol, by the longest timeframe that fits it. */
export async function loadDays(watched: readonly WatchedSymbol[]): Promise<void> {
  await Promise.all(
    watched.map(async ({ symbol, timeframes }) => {
      const coarsest = timeframes
        .filter((timeframe) => timeframeSeconds[timeframe] <= longest)
        .sort((a, b) => timeframeSeconds[b] - timeframeSeconds[a])[0];
      if (coarsest === undefined) return;
      const count = Math.round(day / timeframeSeconds[coarsest]);
      const answer = await getJson<CandlesAnswer>(
        `/candles/${encodeURIComponent(symbol)}?interval=${coarsest}&outputsize=${count}`,
      ).catch(() => null);
      const [oldest] = answer?.candles ?? [];
      if (answer === null || oldest === undefined) return;
      const closes = answer.candles.map(({ close }) => close);
      days.update((known) => new Map(known).set(symbol, { open: oldest.open, closes }));
    }),
  );
}

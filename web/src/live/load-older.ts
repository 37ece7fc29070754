import type { CandlesAnswer } from '../../../schema/rest.ts';
import { getJson } from '../api/get-json.ts';
import { timeframeSeconds } from '../format/timeframe.ts';
import { chartData, mostBars, withOlder, type ChartData } from '../state/chart/candles.ts';

const pageSize = 500;
/** A question asks for this many at most, and the server allows no more. */
const mostAtOnce = 5000;
/** Questions for one far-away time at most: the server answers with what it has at hand, which may be less than was asked. */
const mostQuestions = 30;

/**
 * Puts older candles in front of the chart's, `count` of them at most. Only one question is asked at a time: another waits for its answer
 * alone. Why none came, and whether there are more, stands in the store.
 */
export function loadOlder(count = pageSize): Promise<void> {
  if (chartData.get()?.older !== 'loading') underWay = askOlder(count);
  return underWay;
}

let underWay = Promise.resolve();

async function askOlder(count: number): Promise<void> {
  const shown = chartData.get();
  const first = shown?.bars[0];
  if (shown === null || first === undefined || shown.older === 'none') return;
  if (shown.bars.length >= mostBars) {
    chartData.set({ ...shown, older: 'none', olderReason: `the chart holds ${mostBars} candles` });
    return;
  }
  const { symbol, timeframe } = shown;
  chartData.set({ ...shown, older: 'loading', olderReason: undefined });
  const size = Math.min(count, mostAtOnce, mostBars - shown.bars.length);
  const path = `/candles/${encodeURIComponent(symbol)}?interval=${timeframe}&outputsize=${size}&before=${first.time}`;
  const change = await getJson<CandlesAnswer>(path).then(
    ({ candles, older, older_reason }) =>
      (now: ChartData): ChartData => ({
        ...now,
        bars: withOlder(
          now.bars,
          candles.map((candle) => ({ ...candle, closed: true })),
        ),
        older: older ?? (candles.length > 0 ? 'yes' : 'none'),
        olderReason: older_reason,
      }),
    (error: unknown) =>
      (now: ChartData): ChartData => ({
        ...now,
        older: 'later',
        olderReason: error instanceof Error ? error.message : String(error),
      }),
  );
  chartData.update((now) => (now?.symbol === symbol && now.timeframe === timeframe ? change(now) : now));
}

/** Loads older candles until the chart begins at `time`, Unix seconds, there are none, or it is another's. Returns whether it does. */
export async function reachBack(time: number): Promise<boolean> {
  const begun = chartData.get();
  for (let asked = 0; asked < mostQuestions; asked++) {
    const shown = chartData.get();
    const first = shown?.bars[0];
    if (shown === null || first === undefined) return false;
    if (shown.symbol !== begun?.symbol || shown.timeframe !== begun.timeframe) return false;
    if (first.time <= time) return true;
    if (shown.older !== 'yes' && shown.older !== 'loading') return false;
    // Some more, so that what was asked for does not stand at the very edge.
    await loadOlder(Math.ceil((first.time - time) / timeframeSeconds[shown.timeframe]) + 100);
  }
  return false;
}

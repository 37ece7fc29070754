import { ask } from '../api/ask.ts';
import { chartData } from '../state/chart/candles.ts';
import { news } from '../state/events.ts';
import { ownSymbols } from '../state/own-symbols.ts';
import { health, queue, symbols } from '../state/server.ts';
import { watchList } from '../state/watch-list.ts';
import { askResults } from './ask-results.ts';
import { loadCandles } from './load-candles.ts';
import { loadDays } from './load-days.ts';

export const askSymbols = () => ask('/symbols', symbols);
const askHealth = () => ask('/health', health);
const askQueue = () => ask('/api/signals/queue', queue);
const askNews = () => ask('/news', news);

/** Of this visitor's list alone, and of what the server watches: others' symbols come and go. */
const askDays = () => {
  const watched = symbols.get().data?.symbols ?? [];
  const own = new Set(ownSymbols(watched, watchList.get().added).map(({ symbol }) => symbol));
  return loadDays(watched.filter(({ symbol }) => own.has(symbol)));
};

/** Of a chart without history: it could not be loaded, or the server had none yet. */
const askCandles = async () => {
  const shown = chartData.get();
  if (shown === null || shown.state === 'loading' || shown.bars.some(({ closed }) => closed)) return;
  await loadCandles(shown.symbol, shown.timeframe);
};

/** Asks for everything that is not pushed, once. */
export async function askAll(): Promise<void> {
  await Promise.all([askHealth(), askQueue(), askResults(), askNews(), askDays()]);
}

/** Asks again, each at its own pace; a page nobody sees asks for nothing. Returns what ends it. */
export function keepAsking(): () => void {
  const every = (ms: number, question: () => Promise<void>) =>
    setInterval(() => {
      if (!document.hidden) void question();
    }, ms);
  const timers = [
    every(5000, askQueue),
    every(5000, askCandles),
    every(15_000, askHealth),
    every(30_000, askSymbols),
    every(30_000, askResults),
    every(60_000, askNews),
    every(600_000, askDays),
  ];
  return () => timers.forEach(clearInterval);
}

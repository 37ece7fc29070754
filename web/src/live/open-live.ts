import type { PriceServerFrame, SignalServerFrame } from '../../../schema/wire.ts';
import { ask } from '../api/ask.ts';
import { chartData } from '../state/candles.ts';
import { feed } from '../state/feed.ts';
import { select, selection } from '../state/selection.ts';
import { health, performance, queue, symbols } from '../state/server.ts';
import { createSignalEar } from './hear-signals.ts';
import { createInbox } from './inbox.ts';
import { loadCandles } from './load-candles.ts';
import { loadReferences } from './load-references.ts';
import { reconnectingSocket } from './reconnecting-socket.ts';

const askHealth = () => ask('/health', health);
const askQueue = () => ask('/api/signals/queue', queue);
const askPerformance = () => ask('/performance', performance);
const askSymbols = () => ask('/symbols', symbols);

/** Connects the stores with the server and keeps them so, over losses of either. Returns what ends it. */
export function openLive(): () => void {
  const inbox = createInbox();
  const ear = createSignalEar();
  const names = () => (symbols.get().data?.symbols ?? []).map(({ symbol }) => symbol);

  const subscribeCandles = () => {
    const shown = chartData.get();
    if (shown !== null) {
      prices.send({ action: 'subscribe', symbols: [shown.symbol], timeframes: [shown.timeframe] });
    }
  };
  const prices = reconnectingSocket({
    path: '/ws',
    onOpen: () => void greet(),
    onFrame: (raw) => {
      const frame = raw as PriceServerFrame;
      if (frame.type === 'price_update') inbox.price(frame);
      else if (frame.type === 'candle') inbox.candle(frame);
      else if (frame.type === 'feed') {
        const { state, since, reason } = frame;
        feed.update((now) => ({ ...now, state, since, reason }));
      }
    },
    onLost: () =>
      feed.update((now) => (now.link === 'lost' ? now : { ...now, link: 'lost', linkSince: Date.now() })),
  });
  const signalSocket = reconnectingSocket({
    path: '/ws/signals',
    onOpen: () => subscribeSignals(),
    onFrame: (raw) => ear.hear(raw as SignalServerFrame),
    onLost: () => undefined,
  });
  const subscribeSignals = () => {
    if (names().length > 0) signalSocket.send({ action: 'subscribe', symbols: names(), since: ear.since() });
  };
  const greet = async () => {
    feed.update((now) => ({ ...now, link: 'open', linkSince: Date.now() }));
    const before = names().join();
    await askSymbols();
    const watched = symbols.get().data?.symbols ?? [];
    const [first] = watched;
    if (first === undefined) return;
    if (selection.get().symbol === null)
      select({ symbol: first.symbol, timeframe: first.timeframes[0] ?? null });
    prices.send({ action: 'subscribe', symbols: names() });
    subscribeCandles();
    const shown = chartData.get();
    if (shown !== null) void loadCandles(shown.symbol, shown.timeframe);
    if (names().join() !== before) subscribeSignals();
    void loadReferences(watched);
    void askHealth();
    void askQueue();
    void askPerformance();
  };

  const stopSelection = selection.subscribe(() => {
    const { symbol, timeframe } = selection.get();
    const shown = chartData.get();
    if (symbol === null || timeframe === null) return;
    if (shown?.symbol === symbol && shown.timeframe === timeframe) return;
    chartData.set({ symbol, timeframe, state: 'loading', bars: [] });
    subscribeCandles();
    void loadCandles(symbol, timeframe);
  });
  const timers = [
    setInterval(() => void askHealth(), 15_000),
    setInterval(() => void askQueue(), 5000),
    setInterval(() => void askPerformance(), 30_000),
    setInterval(() => void askSymbols(), 30_000),
    setInterval(() => void loadReferences(symbols.get().data?.symbols ?? []), 600_000),
  ];
  return () => {
    stopSelection();
    timers.forEach(clearInterval);
    inbox.close();
    prices.close();
    signalSocket.close();
  };
}

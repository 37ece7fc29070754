import { createClient } from '../../../client/create-client.ts';
import { serverUrl } from '../api/server-url.ts';
import { chartData } from '../state/chart/candles.ts';
import { feed } from '../state/feed.ts';
import { select, selection } from '../state/selection.ts';
import { ownSymbols } from '../state/own-symbols.ts';
import { symbols } from '../state/server.ts';
import { watchList } from '../state/watch-list.ts';
import { hearRefusal } from './add-symbol.ts';
import { followChart } from './follow-chart.ts';
import { followAddress } from './follow-address.ts';
import { moveChart } from './move-chart.ts';
import { signalReceiver } from './receive-signals.ts';
import { createInbox } from './inbox.ts';
import { askAll, askSymbols, keepAsking } from './keep-asking.ts';
import { loadCandles } from './load-candles.ts';
import { loadSignals } from './load-signals.ts';

/** Connects the stores with the server and keeps them so, over losses of either. Returns what ends it. */
export function openLive(): () => void {
  const inbox = createInbox();
  const receiver = signalReceiver();
  const client = createClient({
    url: serverUrl('/'),
    onState: (channel, state) => {
      if (channel === 'prices' && (state === 'open' || state === 'waiting')) hearLink(state === 'open');
      // The client resumes the log; where the log was lost, REST supplies the signals.
      if (channel === 'signals' && state === 'open') void loadSignals();
    },
    onError: hearRefusal,
    onFeed: ({ state, since, reason }) => feed.update((now) => ({ ...now, state, since, reason })),
  });
  const stops = [followAddress(), followChart(client, inbox), moveChart(), keepAsking(), watchSymbols()];
  const retry = setInterval(() => {
    if (symbols.get().data === null) void askSymbols();
  }, 2000);
  const hurry = () => client.hurry();
  addEventListener('online', hurry);
  void askSymbols();

  /** Subscribes to what is watched, and again when that has changed. */
  function watchSymbols(): () => void {
    let watched = '';
    let subscriptions: readonly { unsubscribe: () => void }[] = [];
    const follow = () => {
      const all = symbols.get().data?.symbols ?? [];
      const names = ownSymbols(all, watchList.get().added).map(({ symbol }) => symbol);
      if (all.length === 0 || names.join() === watched) return;
      watched = names.join();
      const before = subscriptions;
      subscriptions = [
        client.prices({ symbols: names }, (frame) => {
          if (frame.type === 'price_update') inbox.price(frame);
        }),
        client.signals({ symbols: names }, receiver.receive),
      ];
      for (const subscription of before) subscription.unsubscribe();
      if (selection.get().symbol === null)
        select({ symbol: names[0]!, timeframe: all[0]!.timeframes[0] ?? null });
      void askAll();
    };
    const stops = [symbols.subscribe(follow), watchList.subscribe(follow)];
    return () => {
      for (const stop of stops) stop();
      for (const subscription of subscriptions) subscription.unsubscribe();
    };
  }

  return () => {
    for (const stop of stops) stop();
    clearInterval(retry);
    removeEventListener('online', hurry);
    inbox.close();
    receiver.close();
    client.close();
  };
}

/** The link to the server was opened or lost. What was missed meanwhile is fetched. */
function hearLink(isOpen: boolean): void {
  const { link } = feed.get();
  if (!isOpen) {
    if (link !== 'lost') feed.update((now) => ({ ...now, link: 'lost', linkSince: Date.now() }));
    return;
  }
  feed.update((now) => ({ ...now, link: 'open', linkSince: Date.now() }));
  if (link !== 'lost') return;
  const shown = chartData.get();
  if (shown !== null) void loadCandles(shown.symbol, shown.timeframe);
  // A server that was restarted may watch other symbols than before.
  void askSymbols().then(askAll);
}

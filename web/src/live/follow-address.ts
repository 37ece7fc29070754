import type { z } from 'zod';
import type { WatchedSymbol } from '../../../schema/rest.ts';
import type { SignalAnswer } from '../../../schema/signal-list.ts';
import { getJson } from '../api/get-json.ts';
import { formatAddress, parseAddress, type Address } from '../state/chart/address.ts';
import { linkedRange, seenRange } from '../state/chart/chart-view.ts';
import { notify } from '../state/notices.ts';
import { ownSymbols } from '../state/own-symbols.ts';
import { select, selection } from '../state/selection.ts';
import { symbols } from '../state/server.ts';
import { signals, withSignals } from '../state/signals.ts';
import { watchList } from '../state/watch-list.ts';

/**
 * Keeps the address of the page the link to what it shows, and shows what a link asks for: at the start, and when the user goes back. A
 * choice of symbol, timeframe or signal is a step of the browser's history; a move of the chart is none. Returns what ends it.
 */
export function followAddress(): () => void {
  let isApplying = true;
  let turns = 0;
  let last = viewOf();

  const apply = async () => {
    isApplying = true;
    const turn = ++turns;
    const isCurrent = () => turn === turns;
    const { address, ignored } = parseAddress(location.search);
    const own = ownSymbols(symbols.get().data?.symbols ?? [], watchList.get().added);
    const unfit = await show(address, own, isCurrent);
    if (!isCurrent()) return;
    sayIgnored([...ignored, ...unfit]);
    isApplying = false;
    last = viewOf();
    write('replace');
  };
  const write = (how: 'push' | 'replace') => {
    const url =
      location.pathname + formatAddress({ ...viewOf(), range: linkedRange.get() ?? seenRange.get() });
    if (url === location.pathname + location.search) return;
    history[how === 'push' ? 'pushState' : 'replaceState'](null, '', url);
  };
  const onChoice = () => {
    const now = viewOf();
    if (isApplying || same(now, last)) return;
    // What the page chooses by itself at first is no step of the user's.
    const how = last.symbol === null ? 'replace' : 'push';
    last = now;
    seenRange.set(null);
    write(how);
  };
  const onRange = () => {
    if (!isApplying) write('replace');
  };
  const onSymbols = () => {
    if ((symbols.get().data?.symbols ?? []).length === 0) return;
    stopWaiting();
    void apply();
  };
  const onBack = () => void apply();
  const stopWaiting = symbols.subscribe(onSymbols);
  const stops = [stopWaiting, selection.subscribe(onChoice), seenRange.subscribe(onRange)];
  addEventListener('popstate', onBack);
  return () => {
    stops.forEach((stop) => stop());
    removeEventListener('popstate', onBack);
  };
}

type View = Omit<Address, 'range'>;

const viewOf = (): View => {
  const { symbol, timeframe, signalId } = selection.get();
  return { symbol, timeframe, signalId };
};

const same = (a: View, b: View) =>
  a.symbol === b.symbol && a.timeframe === b.timeframe && a.signalId === b.signalId;

/** Chooses what an address names, unless another has been asked for meanwhile. Returns what of it is not here, in words. */
async function show(
  address: Address,
  watched: readonly WatchedSymbol[],
  isCurrent: () => boolean,
): Promise<string[]> {
  const unfit: string[] = [];
  const named = watched.find(({ symbol }) => symbol === address.symbol);
  if (address.symbol !== null && named === undefined)
    unfit.push(`symbol ${address.symbol}, which is not watched`);
  const current = watched.find(({ symbol }) => symbol === selection.get().symbol);
  const one = named ?? current ?? watched[0];
  const kept = one?.timeframes ?? [];
  const isKept = address.timeframe !== null && kept.includes(address.timeframe);
  if (address.timeframe !== null && !isKept) unfit.push(`timeframe ${address.timeframe}, which is not kept`);
  const timeframe = isKept ? address.timeframe : (kept[0] ?? null);
  const range = named !== undefined || address.symbol === null ? address.range : null;
  if (address.signalId === null) linkedRange.set(range);
  if (one !== undefined) select({ symbol: one.symbol, timeframe, signalId: null });
  if (address.signalId === null) return unfit;
  const before = viewOf();
  const signal = await signalOf(address.signalId);
  // The user may have chosen something else meanwhile.
  if (!isCurrent() || !same(before, viewOf())) return [];
  linkedRange.set(range);
  if (signal === undefined) {
    select({});
    return [...unfit, `signal ${address.signalId}, which this server does not have`];
  }
  select({ symbol: signal.symbol, timeframe: signal.timeframe, signalId: signal.id, view: 'signals' });
  return unfit;
}

async function signalOf(id: string) {
  const answer = await getJson<z.infer<typeof SignalAnswer>>(`/signals/${encodeURIComponent(id)}`).catch(
    () => null,
  );
  if (answer !== null) signals.update((now) => withSignals(now, [answer.signal]));
  return answer?.signal ?? signals.get().byId.get(id);
}

function sayIgnored(ignored: readonly string[]): void {
  if (ignored.length === 0) return;
  notify({
    tone: 'calm',
    title: 'The link says more than this page understands',
    body: `Ignored: ${ignored.slice(0, 4).join('; ')}${ignored.length > 4 ? ` and ${ignored.length - 4} more` : ''}.`,
    signalId: null,
  });
}

import type { Timeframe } from '../../../../schema/timeframe.ts';
import { timeframeSeconds } from '../../format/timeframe.ts';
import type { TimeRange } from './chart-view.ts';

/** What a link to this page says of the view; each part may be missing. */
export interface Address {
  readonly symbol: string | null;
  readonly timeframe: Timeframe | null;
  readonly signalId: string | null;
  readonly range: TimeRange | null;
}

const names = new Set(['symbol', 'timeframe', 'signal', 'from', 'to']);
/** No name or id is longer, and no later time than the year 2100 is meant. */
const longest = 128;
const latest = 4_102_444_800;

/** Reads the query of a link. `ignored`: parameters that say nothing this page understands, as written. */
export function parseAddress(search: string): {
  readonly address: Address;
  readonly ignored: readonly string[];
} {
  const query = new URLSearchParams(search);
  const ignored = [...new Set(query.keys())].filter((name) => !names.has(name));
  const take = <T>(name: string, read: (text: string) => T | null): T | null => {
    const text = query.get(name);
    if (text === null) return null;
    const value = text.length > longest ? null : read(text.trim());
    if (value === null) ignored.push(`${name}=${text}`);
    return value;
  };
  const name = (text: string) => (text === '' ? null : text);
  const time = (text: string) => (/^\d{1,10}$/.test(text) && Number(text) <= latest ? Number(text) : null);
  const symbol = take('symbol', (text) => name(text.toUpperCase().replaceAll('/', '')));
  const timeframe = take('timeframe', (text) => (isTimeframe(text) ? text : null));
  const signalId = take('signal', name);
  const [from, to] = [take('from', time), take('to', time)];
  const isRange = from !== null && to !== null && from < to;
  if (!isRange && (from !== null || to !== null)) ignored.push('from and to, which are no range');
  return {
    address: { symbol, timeframe, signalId, range: isRange ? { from, to } : null },
    ignored: ignored.map((text) => (text.length > 60 ? `${text.slice(0, 57)}…` : text)),
  };
}

/** The query that leads to a view; empty where nothing is chosen. */
export function formatAddress({ symbol, timeframe, signalId, range }: Address): string {
  const query = new URLSearchParams();
  if (symbol !== null) query.set('symbol', symbol);
  if (timeframe !== null) query.set('timeframe', timeframe);
  if (signalId !== null) query.set('signal', signalId);
  if (range !== null) {
    query.set('from', String(Math.round(range.from)));
    query.set('to', String(Math.round(range.to)));
  }
  const text = query.toString();
  return text === '' ? '' : `?${text}`;
}

const isTimeframe = (text: string): text is Timeframe => Object.hasOwn(timeframeSeconds, text);

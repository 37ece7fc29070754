import { Snapshot } from '../../schema/cluster.ts';
import type { WatchedSymbol } from '../../schema/rest.ts';

/** Of one snapshot a symbol: its size, and processor time to write and to read it. */
export interface SnapshotCost {
  readonly bytes: number;
  readonly writeUs: number;
  readonly readUs: number;
}

const rounds = 20;

/** A snapshot of `count` symbols, written as an ingest does each second and read as every other process does. */
export function measureSnapshot(count: number): SnapshotCost {
  const symbols = Array.from({ length: count }, (_, i) => watched(`Q${String(i).padStart(5, '0')}USD`));
  const snapshot: Snapshot = {
    term: 1,
    taken: 1,
    ingest: 'host:1:a',
    feed: { type: 'feed', state: 'live', since: 0 },
    symbols,
    spreads: Object.fromEntries(symbols.map(({ symbol }) => [symbol, 1.2345])),
    posted: [],
    calendar: { state: 'fresh', events: [] },
    articles: null,
    parts: {},
    reasons: [],
  };
  const perSymbol = (work: () => void) => {
    work();
    const from = process.cpuUsage();
    for (let i = 0; i < rounds; i++) work();
    const { user, system } = process.cpuUsage(from);
    return (user + system) / rounds / count;
  };
  let text = '';
  const writeUs = perSymbol(() => (text = JSON.stringify(snapshot)));
  const readUs = perSymbol(() => void Snapshot.parse(JSON.parse(text)));
  return { bytes: Buffer.byteLength(text) / count, writeUs, readUs };
}

const watched = (symbol: string): WatchedSymbol => ({
  symbol,
  provider_symbol: `${symbol.slice(0, -3)}/USD`,
  state: 'live',
  last: {
    price: 1.23456,
    timestamp: 1_790_000_000_000,
    received_at: 1_790_000_000_123,
    bid: 1.23455,
    ask: 1.23457,
  },
  asset_class: 'crypto',
  hours: { market: 'always', decided_by: 'list', open: true },
  timeframes: ['30min', '1h', '4h'],
  pinned: true,
  analysed: true,
  history: { '30min': 250, '1h': 250, '4h': 250 },
});

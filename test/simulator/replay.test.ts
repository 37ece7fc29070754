import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { BehaviorSubject, asyncScheduler } from 'rxjs';
import { describe, expect, it, vi } from 'vitest';
import { readCandles } from '../../cli/candles/read-candles.ts';
import type { Tick } from '../../schema/tick.ts';
import type { MarketTick } from '../../simulator/market/market.ts';
import { ticksOfMinutes, ticksOfQuotes } from '../support/recordings.ts';
import { startSimulator } from '../../simulator/start-simulator.ts';
import { createCreditBudget } from '../../streams/provider/rest/credit-budget.ts';
import { twelveDataFeed } from '../../streams/provider/socket/twelvedata.ts';
import { twelveDataRest } from '../../streams/provider/rest/twelvedata-rest.ts';
import { needsData } from '../support/needs.ts';

const folder = join(import.meta.dirname, '../../../shared/data');
const quotesFile = join(folder, 'eurusd-quotes-2020-01-01.csv');
const minutesFile = join(folder, 'btc-perp-1m-2022-01.csv.gz');
const recordings = needsData('data/eurusd-quotes-2020-01-01.csv', 'data/btc-perp-1m-2022-01.csv.gz');

describe('replay of recorded markets through the socket', () => {
  it('emits every EUR/USD quote in order, in whole seconds, and REST agrees', recordings, async () => {
    const quotes = ticksOfQuotes(readFileSync(quotesFile, 'utf8'));
    const { ticks, bars } = await replay('EUR/USD', 'EURUSD', quotes, 3_600);
    expect(ticks).toHaveLength(quotes.length);
    expect(ticks.map(({ price, bid, ask }) => ({ price, bid, ask }))).toEqual(
      quotes.map(({ price, bid, ask }) => ({ price, bid, ask })),
    );
    expect(ticks.every(({ eventTime }, i) => eventTime === Math.floor(quotes[i]!.time / 1000) * 1000)).toBe(
      true,
    );
    expect(bars).toEqual(fold(ticks));
  });

  it('emits two days of BTC minutes, complete', recordings, async () => {
    const { candles } = await readCandles(minutesFile);
    const recorded = ticksOfMinutes(candles, 2_880);
    const { ticks, bars } = await replay('BTC/USD', 'BTCUSD', recorded, 86_400);
    expect(ticks).toHaveLength(4 * 2_880);
    const columns = [candles.time, candles.open, candles.high, candles.low, candles.close];
    const rows = Array.from({ length: 2_880 }, (_, i) => columns.map((column) => column[i]));
    expect(fold(ticks).map((bar) => Object.values(bar))).toEqual(rows);
    expect(bars).toEqual(fold(ticks));
  });
});

async function replay(provider: string, symbol: string, recorded: MarketTick[], speed: number) {
  const simulator = await startSimulator({ replay: new Map([[provider, recorded]]), speed });
  const clock = asyncScheduler;
  const budget = createCreditBudget({ perMinute: 8, perDay: 800, clock });
  const ticks: Tick[] = [];
  const subscription = twelveDataFeed({
    url: simulator.urls.wsUrl,
    key: simulator.keys.provider,
    clock,
    random: () => 0,
    symbols$: new BehaviorSubject(new Set([symbol])),
    isMarketOpen: () => true,
  }).subscribe((event) => event.kind === 'tick' && ticks.push(event.tick));
  try {
    await vi.waitUntil(() => ticks.length >= recorded.length, { timeout: 60_000, interval: 20 });
    const { keys, urls, now } = simulator;
    const rest = twelveDataRest({
      url: urls.restUrl,
      key: keys.provider,
      budget,
      clock,
      marketTime: now,
    });
    const from = Math.floor(recorded[0]!.time / 60_000) * 60_000;
    const to = Math.ceil(recorded.at(-1)!.time / 60_000) * 60_000;
    await vi.waitUntil(() => now() > to + 5_000);
    return { ticks, bars: await rest.timeSeries({ symbol, interval: '1min', from, to }) };
  } finally {
    subscription.unsubscribe();
    budget.close();
    await simulator.close();
  }
}

/** The plain reference: a minute's first, highest, lowest and last price. */
function fold(ticks: readonly Tick[]) {
  const bars: { openTime: number; open: number; high: number; low: number; close: number }[] = [];
  for (const { eventTime, price } of ticks) {
    const openTime = Math.floor(eventTime / 60_000) * 60_000;
    const last = bars.at(-1);
    if (last?.openTime !== openTime)
      bars.push({ openTime, open: price, high: price, low: price, close: price });
    else {
      last.high = Math.max(last.high, price);
      last.low = Math.min(last.low, price);
      last.close = price;
    }
  }
  return bars;
}

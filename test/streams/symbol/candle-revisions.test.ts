import * as fc from 'fast-check';
import { Subject, type Subscription } from 'rxjs';
import { jumpLimitsOf } from '../../../models/chart/jump-limits.ts';
import { describe, expect, it } from 'vitest';
import { windowGrid } from '../../../models/calendar/window-grid.ts';
import { NOTHING_RESTORED } from '../../../operators/signals/signal-input.ts';
import type { Bar, Candle } from '../../../schema/candle.ts';
import { type Timeframe, timeframeMs } from '../../../schema/timeframe.ts';
import type { AskBars } from '../../../streams/provider/rest/ask-bars.ts';
import { symbolActor } from '../../../streams/symbol/symbol-actor.ts';
import type { SymbolInput } from '../../../streams/symbol/symbol-messages.ts';
import { ManualClock } from '../../manual-clock.ts';
import { decisionOf, deskOptions, minute, tickAt } from '../../operators/signals/signal-samples.ts';

const symbol = 'BTCUSD';
const start = Date.UTC(2026, 0, 7, 12, 0, 10);
const timeframes = ['1min', '5min', '15min'] as const;
const tickEvery = 5_000;
const priceAt = (time: number) => 100 + Math.round(50 * Math.sin(time / 7_000));

/** The candle of all ticks of a window: what REST returns, and the truth. */
function barOf(openTime: number, length: number): Bar {
  const prices: number[] = [];
  for (let at = Math.ceil(openTime / tickEvery) * tickEvery; at < openTime + length; at += tickEvery)
    prices.push(priceAt(at));
  return {
    openTime,
    open: prices[0]!,
    high: Math.max(...prices),
    low: Math.min(...prices),
    close: prices.at(-1)!,
  };
}

/** A store that outlives actors, and the revisions that each of them emitted of every candle. */
function world() {
  const clock = new ManualClock(start);
  const stored = new Map<string, Candle>();
  const said = new Map<string, number[]>();
  const keyOf = ({ timeframe, openTime }: Candle) => `${timeframe} ${openTime}`;
  const say = (candle: Candle) => {
    const key = keyOf(candle);
    said.set(key, [...(said.get(key) ?? []), candle.revision]);
    if ((stored.get(key)?.revision ?? -1) < candle.revision) stored.set(key, candle);
  };
  const storedOf = (timeframe: Timeframe) =>
    [...stored.values()]
      .filter((candle) => candle.timeframe === timeframe)
      .sort((a, b) => a.openTime - b.openTime);
  let restMs = 0;
  const ask: AskBars = ({ interval, from, to }) => {
    const length = timeframeMs[interval];
    const bars: Bar[] = [];
    for (let at = Math.ceil(from / length) * length; at < to; at += length) bars.push(barOf(at, length));
    return new Promise((resolve) => clock.schedule(() => resolve(bars), restMs));
  };
  const { symbol: _, now: __, restored: ___, expiresAt: ____, ...desk } = deskOptions(() => clock.now());
  const behavior = symbolActor({
    clock,
    timeframes,
    historySize: 250,
    graceMs: 1_000,
    isLive: () => true,
    jumpLimitsOf: () => jumpLimitsOf('crypto'),
    marketOf: () => ({ isOpen: () => true, openMillis: (from, to) => to - from, nextOpen: (time) => time }),
    gridOf: (_symbol, timeframe) => windowGrid(timeframe, { alignment: 'utc', assetClass: 'crypto' }),
    isProviderGrid: () => true,
    lagOf: () => ({ lag: () => 0, exceedsCap: () => false, ahead: () => 0 }),
    ongoing: () => undefined,
    restore: () =>
      Promise.resolve({
        candles: new Map(timeframes.map((one) => [one, storedOf(one)])),
        minutes: storedOf('1min').filter(
          ({ openTime }) => openTime >= Math.floor(clock.now() / (15 * minute)) * 15 * minute,
        ),
        empty: new Map(),
        signals: NOTHING_RESTORED,
      }),
    ask,
    analyser: {
      analyse: (_columns, { closeTime }) =>
        Promise.resolve({ decision: decisionOf('WAIT', closeTime), horizonBars: 24, cost: 0.02 }),
    },
    desk,
    onLate: () => {},
    onRestFailure: () => {},
    onAnalysisFailure: () => {},
    onSuperseded: () => {},
  });
  let input$ = new Subject<SymbolInput>();
  let life: Subscription | undefined;
  let histories: ReadonlyMap<Timeframe, { candles: () => Candle[] }> = new Map();
  return {
    clock,
    said,
    stored: storedOf,
    kept: (timeframe: Timeframe) => histories.get(timeframe)?.candles() ?? [],
    setRest: (ms: number) => (restMs = ms),
    kill: () => life?.unsubscribe(),
    begin: () => {
      input$ = new Subject();
      life = behavior(input$, symbol).subscribe((output) => {
        if (output.kind === 'started') histories = output.histories;
        if (output.kind === 'backfilled') output.filled.candles.forEach(say);
        if (output.kind === 'market' && output.event.kind === 'candle') say(output.event.candle);
      });
    },
    /** Ticks for so long, and for every `late`-th minute one that is late, with a price that REST does not have. */
    trade: async (ms: number, late: number) => {
      for (const end = clock.now() + ms; clock.now() < end;) {
        await clock.advance(tickEvery, { step: tickEvery, realMs: 0 });
        const now = Math.floor(clock.now() / tickEvery) * tickEvery;
        input$.next(tickAt(now, priceAt(now)));
        if (Math.floor(now / minute) % late === 0 && now % minute === 15_000)
          input$.next(tickAt(now - minute, 999));
      }
    },
    quiet: (ms: number) => clock.advance(ms, { step: minute, realMs: 0 }),
    interrupt: (from: number, to: number) =>
      input$.next({ kind: 'interruption', symbol, from, to, reason: 'a test' }),
  };
}

const step = fc.record({
  tradeMs: fc.integer({ min: 0, max: 12 * minute }),
  fault: fc.constantFrom('none', 'restart', 'crash', 'absence', 'stall'),
  faultMs: fc.integer({ min: 0, max: 8 * minute }),
  restMs: fc.constantFrom(0, 500, 20_000, 90_000, 240_000),
  late: fc.integer({ min: 2, max: 9 }),
});

describe('candles of an actor over faults and restarts', () => {
  it('rise in revision with each correction, agree with the store, and end complete', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 4 }), async (steps) => {
        const { clock, ...of } = world();
        of.begin();
        for (const { tradeMs, fault, faultMs, restMs, late } of steps) {
          of.setRest(restMs);
          await of.trade(tradeMs, late);
          const from = clock.now();
          if (fault === 'restart' || fault === 'crash') {
            of.kill();
            if (fault === 'crash') await of.quiet(faultMs);
            of.begin();
          } else if (fault === 'absence') {
            of.interrupt(from, Infinity);
            await of.quiet(faultMs);
            of.interrupt(from, clock.now());
          } else if (fault === 'stall') of.interrupt(from - faultMs, from);
        }
        of.setRest(100);
        await of.trade(16 * minute, 1e9);
        of.kill();
        for (const [key, revisions] of of.said)
          expect(revisions, key).toEqual([...new Set(revisions)].sort((a, b) => a - b));
        for (const timeframe of timeframes) {
          const kept = of.kept(timeframe);
          expect(kept.filter(({ complete }) => !complete)).toEqual([]);
          for (const [i, candle] of kept.entries()) {
            const { openTime, open, high, low, close } = candle;
            expect(openTime).toBe(kept[0]!.openTime + i * timeframeMs[timeframe]);
            expect({ openTime, open, high, low, close }).toEqual(barOf(openTime, timeframeMs[timeframe]));
          }
          expect(kept).toEqual(of.stored(timeframe).slice(-kept.length));
        }
      }),
      { numRuns: 8 },
    );
  });
});

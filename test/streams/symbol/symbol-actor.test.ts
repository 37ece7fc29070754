import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { Subject } from 'rxjs';
import { jumpLimitsOf } from '../../../models/chart/jump-limits.ts';
import { describe, expect, it } from 'vitest';
import { windowGrid } from '../../../models/calendar/window-grid.ts';
import type { CloseVerdict } from '../../../operators/analysis/analyse-closes.ts';
import { NOTHING_RESTORED } from '../../../operators/signals/signal-input.ts';
import type { Bar, Candle } from '../../../schema/candle.ts';
import { signalId } from '../../../operators/signals/signal-id.ts';
import type { Decision, Signal, SignalType } from '../../../schema/signal.ts';
import type { SignalEvent } from '../../../schema/signal-event.ts';
import { type Timeframe, timeframeMs } from '../../../schema/timeframe.ts';
import type { AskBars } from '../../../streams/provider/rest/ask-bars.ts';
import { ProviderError } from '../../../streams/provider/rest/parse-time-series.ts';
import {
  type RestoredSymbol,
  symbolActor,
  type SymbolActorOptions,
} from '../../../streams/symbol/symbol-actor.ts';
import type { SymbolInput, SymbolOutput } from '../../../streams/symbol/symbol-messages.ts';
import { ManualClock } from '../../manual-clock.ts';
import { until } from '../../support/until.ts';
import {
  candleAt,
  closeOf,
  decisionOf,
  deskOptions,
  minute,
  tickAt,
} from '../../operators/signals/signal-samples.ts';

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;

const symbol = 'BTCUSD';
/** 10 s into a minute that also begins an hour. */
const start = Date.UTC(2026, 0, 7, 12, 0, 10);
const priceAt = (time: number) => 100 + Math.sin(time / 7_000);

/** REST's bar of a window: its prices differ a little from ours, as another venue's do. */
function barOf(openTime: number, length: number): Bar {
  const open = priceAt(openTime);
  const close = priceAt(openTime + length - 1_000);
  return { openTime, open, high: 101.5, low: 98.5, close };
}

const everyBar: AskBars = ({ interval, from, to }) => {
  const length = timeframeMs[interval];
  const bars: Bar[] = [];
  for (let at = Math.ceil(from / length) * length; at < to; at += length) bars.push(barOf(at, length));
  return Promise.resolve(bars);
};

const historyUntil = (closeTime: number, timeframe: Timeframe, count = 250): Candle[] =>
  Array.from({ length: count }, (_, i) => {
    const openTime = closeTime - (count - i) * timeframeMs[timeframe];
    return candleAt(openTime, priceAt(openTime), { timeframe });
  });

const minuteStart = Math.floor(start / minute) * minute;
const fiveStart = Math.floor(start / (5 * minute)) * 5 * minute;

function stored(over: Partial<RestoredSymbol> = {}): RestoredSymbol {
  return {
    candles: new Map<Timeframe, readonly Candle[]>([
      ['1min', historyUntil(minuteStart, '1min')],
      ['5min', historyUntil(fiveStart, '5min')],
    ]),
    minutes: [],
    empty: new Map(),
    signals: NOTHING_RESTORED,
    ...over,
  };
}

/** An actor on virtual time, with its requests to REST, its analyses and its output. */
function actor(over: Partial<SymbolActorOptions> = {}, calls: SignalType = 'WAIT') {
  const clock = new ManualClock(start);
  const input$ = new Subject<SymbolInput>();
  const said: SymbolOutput[] = [];
  const asked: (Parameters<AskBars>[0] & { at: number })[] = [];
  const analysed: Candle[] = [];
  const failures: unknown[] = [];
  const { ask = everyBar, ...rest } = over;
  const { symbol: _, now: __, restored: ___, expiresAt: ____, ...desk } = deskOptions(() => clock.now());
  const behavior = symbolActor({
    clock,
    timeframes: ['1min', '5min'],
    historySize: 250,
    graceMs: 1_000,
    isLive: () => true,
    jumpLimitsOf: () => jumpLimitsOf('crypto'),
    marketOf: () => ({ isOpen: () => true, openMillis: (from, to) => to - from, nextOpen: (time) => time }),
    gridOf: (_symbol, timeframe) => windowGrid(timeframe, { alignment: 'utc', assetClass: 'crypto' }),
    isProviderGrid: () => true,
    lagOf: () => ({ lag: () => 0, exceedsCap: () => false, ahead: () => 0 }),
    ongoing: () => undefined,
    restore: () => Promise.resolve(stored()),
    ask: (request) => {
      asked.push({ ...request, at: clock.now() });
      return ask(request);
    },
    analyser: {
      analyse: (columns, candle) => {
        analysed.push(candle);
        const { symbol: of, timeframe, closeTime, close } = candle;
        const options = { symbol: of, timeframe, entry: close, risk: 20 };
        return Promise.resolve<CloseVerdict>({
          decision: decisionOf(calls, closeTime, options),
          horizonBars: 24,
          cost: 0.02,
        });
      },
    },
    desk,
    onLate: () => {},
    onRestFailure: (error) => void failures.push(error),
    onAnalysisFailure: (error) => {
      throw error;
    },
    onSuperseded: () => {},
    ...rest,
  });
  const subscription = behavior(input$, symbol).subscribe((output) => said.push(output));

  return {
    clock,
    input$,
    said,
    asked,
    analysed,
    failures,
    subscription,
    /** A tick every five seconds for so long. */
    trade: async (ms: number) => {
      for (const end = clock.now() + ms; clock.now() < end;) {
        await clock.advance(5_000, { step: 5_000, realMs: 0 });
        input$.next(tickAt(clock.now(), priceAt(clock.now())));
      }
      await clock.advance(0.001);
    },
    interrupt: (from: number, to: number) =>
      input$.next({ kind: 'interruption', symbol, from, to, reason: 'a test' }),
    closed: (timeframe: Timeframe) =>
      said.flatMap((one) =>
        one.kind === 'market' && one.event.kind === 'candle'
          ? one.event.candle.timeframe === timeframe
            ? [one.event.candle]
            : []
          : [],
      ),
    events: () => said.flatMap((one) => (one.kind === 'signals' ? one.events : [])),
    histories: () => {
      const [started] = said;
      if (started?.kind !== 'started') throw new Error('it says first that it has started');
      return started.histories;
    },
  };
}

/** Each window once, none missing. */
function expectWhole(candles: readonly Candle[], timeframe: Timeframe) {
  const opens = candles.map(({ openTime }) => openTime);
  const step = timeframeMs[timeframe];
  expect(opens).toEqual(opens.map((_, i) => opens[0]! + i * step));
}

describe('symbolActor', () => {
  it('emits first that it has started, with the stored histories', async () => {
    const { said, histories, clock } = actor();
    expect(said).toEqual([]);
    await clock.advance(1);
    expect(said[0]).toMatchObject({ kind: 'started', symbol });
    expect([...histories()].map(([timeframe, history]) => [timeframe, history.size])).toEqual([
      ['1min', 250],
      ['5min', 250],
    ]);
  });

  it('joins live candles to the stored ones without a gap or a repetition', async () => {
    const { trade, closed, histories } = actor();
    await trade(12 * minute);
    for (const timeframe of ['1min', '5min'] as const) {
      expectWhole(histories().get(timeframe)!.candles(), timeframe);
      expect(closed(timeframe).length).toBeGreaterThan(1);
    }
    expect(histories().get('1min')!.candles(1)[0]!.openTime).toBe(minuteStart + 11 * minute);
  });

  it('requests from REST once the minutes that a start interrupts, and nothing that the store has', async () => {
    const { trade, asked, closed } = actor();
    await trade(4 * minute);
    expect(asked.map(({ interval, from }) => [interval, from])).toEqual([['1min', minuteStart]]);
    const [first, again] = closed('1min').filter(({ openTime }) => openTime === minuteStart);
    expect(first).toMatchObject({ complete: false, revision: 0 });
    expect(again).toMatchObject({ complete: true, revision: 1, high: 101.5 });
  });

  it('does not request a window that closes just as the histories are checked', async () => {
    // They are checked ten minutes later, half a second after a close and half a second before it is emitted.
    const clock = new ManualClock(minuteStart + 500);
    const { input$, asked } = actor({ clock });
    await clock.advance(1);
    for (const end = clock.now() + 12 * minute; clock.now() < end;) {
      await clock.advance(5_000, { step: 5_000, realMs: 0 });
      input$.next(tickAt(clock.now() - 400, priceAt(clock.now())));
    }
    expect(asked.map(({ interval, to }) => [interval, to])).toEqual([['1min', minuteStart + minute]]);
  });

  it('builds candles of a symbol that is not analysed, and follows its open signal to the end', async () => {
    const closeTime = fiveStart;
    const id = signalId(symbol, '5min', closeTime);
    const signal: Signal = {
      ...decisionOf('BUY', closeTime, { timeframe: '5min', risk: 0.2 }),
      id,
      status: 'open',
      created_at: closeTime,
      expires_at: closeTime + 120 * minute,
      horizon_bars: 24,
      outcome: null,
      deliveries: [],
    };
    const { trade, closed, histories, analysed, events } = actor(
      {
        isAnalysed: (of) => of !== symbol,
        restore: () => Promise.resolve(stored({ signals: { ...NOTHING_RESTORED, signals: [signal] } })),
      },
      'SELL',
    );
    await trade(6 * minute);
    expectWhole(histories().get('1min')!.candles(), '1min');
    expect(closed('5min')).not.toEqual([]);
    expect(analysed).toEqual([]);
    expect(events().filter(({ kind }) => kind === 'resolved')).toMatchObject([{ id }]);
    expect(events().some(({ kind }) => kind === 'opened')).toBe(false);
  });

  it('analyses each complete close once, the last stored one first, and opens signals only on timely ones', async () => {
    const { trade, analysed, events } = actor({}, 'BUY');
    await trade(90_000);
    expect(analysed[0]!.closeTime).toBe(fiveStart);
    const closes = analysed.map(({ timeframe, closeTime }) => `${timeframe} ${closeTime}`);
    expect(new Set(closes).size).toBe(closes.length);
    const decisions = events().filter((event) => event.kind === 'decided');
    // 10 s after its close a 1min candle is no longer timely, a 5min candle is.
    expect(decisions.map(({ timely }) => timely).slice(0, 2)).toEqual([true, false]);
    expect(events().filter(({ kind }) => kind === 'opened')).toHaveLength(2);
  });

  it('finds no gap in a day without a trade in REST, although no calendar has it as a holiday', async () => {
    const five = 5 * minute;
    const holiday = [fiveStart - 40 * five, fiveStart - 10 * five] as const;
    const isOff = (time: number) => time >= holiday[0] && time < holiday[1];
    const candles = historyUntil(fiveStart, '5min', 280).filter(({ openTime }) => !isOff(openTime));
    const { trade, events } = actor(
      {
        timeframes: ['5min'],
        restore: () => Promise.resolve(stored({ candles: new Map([['5min', candles]]) })),
        ask: async (query) => (await everyBar(query)).filter(({ openTime }) => !isOff(openTime)),
      },
      'BUY',
    );
    await trade(11 * minute);
    const gates = events().flatMap((event) => (event.kind === 'decided' ? [event.decision.gates] : []));
    const refused = gates.map((all) => all.some(({ gate, passed }) => gate === 'data_quality' && !passed));
    expect(refused.length).toBeGreaterThan(1);
    expect(refused.at(-1)).toBe(false);
    expect(events().some(({ kind }) => kind === 'opened')).toBe(true);
  });

  it('opens one signal on closes that agree, its events together', async () => {
    const { trade, said } = actor({}, 'BUY');
    await trade(10 * minute);
    const causes = said.flatMap((one) => (one.kind === 'signals' ? [one.events] : []));
    const openings = causes.filter((events) => events.some(({ kind }) => kind === 'opened'));
    expect(openings.map((events) => events.map(({ kind }) => kind))).toEqual([
      ['opened', 'decided'],
      ['opened', 'decided'],
    ]);
  });

  it('tells of an end before the next price of the same turn, to which an analysis may begin', async () => {
    const heard: SignalEvent[] = [];
    const { trade, input$, clock, events } = actor({ onSignal: (event) => void heard.push(event) }, 'BUY');
    await trade(10 * minute);
    const ends = (all: readonly SignalEvent[]) => all.filter(({ kind }) => kind === 'resolved').length;
    const opening = heard.find((event) => event.kind === 'opened');
    const before = ends(heard);
    input$.next(tickAt(clock.now() + 1, opening!.signal.tp!));
    expect(ends(heard)).toBe(before + 2);
    expect(ends(events())).toBe(before);
    await clock.advance(1);
    expect(events().map(({ kind }) => kind)).toEqual(heard.map(({ kind }) => kind));
  });

  it('after a restart analyses no close again that was decided, unless its window was broken', async () => {
    const first = actor({}, 'BUY');
    await first.trade(10 * minute);
    const signals = first.events().flatMap((event) => (event.kind === 'opened' ? [event.signal] : []));
    const decisions = first.events().flatMap((event) => (event.kind === 'decided' ? [event.decision] : []));
    first.subscription.unsubscribe();

    const closed = (timeframe: Timeframe) => first.histories().get(timeframe)!.candles();
    const again = async (lineage: Decision['lineage']) => {
      const last = decisions.map((decision) => Object.assign(structuredClone(decision), { lineage }));
      const second = actor(
        {
          clock: first.clock,
          restore: () =>
            Promise.resolve(
              stored({
                candles: new Map((['1min', '5min'] as const).map((one) => [one, closed(one)])),
                signals: { ...NOTHING_RESTORED, signals, decisions: last },
              }),
            ),
        },
        'BUY',
      );
      await first.clock.advance(10, { step: 1 });
      second.subscription.unsubscribe();
      return [second.analysed.length, second.events().map(({ kind }) => kind)];
    };
    expect(await again({})).toEqual([0, []]);
    expect(await again({ discontinuity: { kind: 'step', bar: 0, size: 2.3 } })).toEqual([
      2,
      ['repeated', 'repeated'],
    ]);
  });

  it('corrects an incomplete close by a revision, and issues no second signal on it', async () => {
    const { trade, interrupt, closed, analysed, events, histories, clock } = actor({}, 'BUY');
    await trade(3 * minute);
    const last = closed('1min').at(-1)!;
    expect(last).toMatchObject({ complete: true, source: 'ticks', revision: 0 });
    const before = events().length;
    interrupt(last.openTime + 30_000, clock.now());
    await trade(5_000);
    expect(histories().get('1min')!.candles(1)[0]).toMatchObject({ complete: false, revision: 1 });
    await trade(2 * minute);
    const versions = closed('1min').filter(({ openTime }) => openTime === last.openTime);
    expect(versions.map(({ complete, source, revision }) => [complete, source, revision])).toEqual([
      [true, 'ticks', 0],
      [false, 'ticks', 1],
      [true, 'rest', 2],
    ]);
    expect(histories().get('1min')!.candles()).toContainEqual(versions[2]);
    expect(
      analysed.filter(({ timeframe, closeTime }) => timeframe === '1min' && closeTime === last.closeTime),
    ).toHaveLength(1);
    expect(
      events()
        .slice(before)
        .filter(({ kind }) => kind === 'opened'),
    ).toEqual([]);
  });

  it('closes no candle as complete during an outage, from its very start', async () => {
    const ongoing = { kind: 'interruption', from: start - 1, to: Infinity, reason: 'down' } as const;
    const { trade, interrupt, closed, asked, clock } = actor({ ongoing: () => ongoing });
    await trade(3 * minute);
    expect(closed('1min').map(({ complete }) => complete)).not.toContain(true);
    expect(asked).toEqual([]);
    interrupt(start - 1, clock.now());
    await trade(3 * minute);
    expect(asked.map(({ interval, from }) => [interval, from])).toEqual([['1min', minuteStart]]);
    const latest = new Map(closed('1min').map((candle) => [candle.openTime, candle.complete]));
    expect([...latest.values()]).not.toContain(false);
  });

  it('fills a gap longer than the minutes it keeps', async () => {
    const { trade, interrupt, histories, clock } = actor();
    await trade(2 * minute);
    const from = clock.now();
    interrupt(from, Infinity);
    await clock.advance(30 * 60 * minute, { step: 10 * minute, realMs: 0 });
    interrupt(from, clock.now());
    await trade(5 * minute);
    await clock.advance(minute);
    for (const timeframe of ['1min', '5min'] as const) {
      const candles = histories().get(timeframe)!.candles();
      expectWhole(candles, timeframe);
      expect(candles.filter(({ complete }) => !complete)).toEqual([]);
      expect(clock.now() - candles.at(-1)!.closeTime).toBeLessThan(timeframeMs[timeframe] + minute);
    }
  });

  it('goes on without REST, and retries until it answers', async () => {
    let isDown = true;
    const ask: AskBars = (request) => (isDown ? Promise.reject(new Error('down')) : everyBar(request));
    const { trade, closed, failures, histories } = actor({
      ask,
      restore: () => Promise.resolve(stored({ candles: new Map() })),
    });
    await trade(5 * minute);
    expect(failures.length).toBeGreaterThan(2);
    expect(closed('1min').filter(({ complete }) => complete)).toHaveLength(4);
    expect(histories().get('5min')!.size).toBe(1);
    isDown = false;
    await trade(10 * minute);
    expect(histories().get('1min')!.size).toBe(250);
    expect(histories().get('5min')!.size).toBe(250);
  });

  it('fills a gap that grew during a request to REST, without waiting for the next check', async () => {
    const held = Promise.withResolvers<void>();
    const ask: AskBars = async (request) => {
      // The newest gap is answered first: the minutes of the feed's return, not older requests.
      if (request.to < start + 115 * minute) await held.promise;
      return everyBar(request);
    };
    const { clock, trade, interrupt, histories } = actor({ ask });
    interrupt(start, Infinity);
    // Ten minutes later it checks, and requests what has closed by then; the feed and REST have an outage of two hours.
    await clock.advance(120 * minute, { step: minute, realMs: 0 });
    interrupt(start, clock.now());
    await trade(3 * minute);
    held.resolve();
    await trade(1 * minute);
    const candles = histories().get('5min')!.candles();
    expectWhole(candles, '5min');
    expect(candles.filter(({ complete }) => !complete)).toEqual([]);
    expect(clock.now() - candles.at(-1)!.closeTime).toBeLessThan(6 * minute);
  });

  it('leaves one spoilt bar out of a history, and requests its window less and less often', async () => {
    const spoilt = fiveStart - 100 * 5 * minute;
    let isSpoilt = true;
    const ask: AskBars = async (request) => {
      const bars = await everyBar(request);
      if (!isSpoilt || request.interval !== '5min') return bars;
      const sound = bars.filter(({ openTime }) => openTime !== spoilt);
      return sound.length === bars.length ? bars : Object.assign(sound, { spoilt: [spoilt] });
    };
    const { clock, asked, said, histories } = actor({
      ask,
      restore: () => Promise.resolve(stored({ candles: new Map() })),
    });
    await clock.advance(1);
    expect(histories().get('5min')!.size).toBe(250);
    expect(histories().get('5min')!.at(spoilt)).toBeUndefined();
    const filled = said.flatMap((output) => (output.kind === 'backfilled' ? output.filled : []));
    expect(filled.find(({ timeframe }) => timeframe === '5min')).toMatchObject({
      spoilt: [spoilt],
      empty: [],
    });
    const askedFor = () =>
      asked.filter(({ from, to, at }) => at > start + 1_000 && from <= spoilt && to > spoilt);
    await clock.advance(600 * minute, { step: 5 * minute, realMs: 0 });
    expect(askedFor().length).toBeGreaterThan(3);
    expect(askedFor().length).toBeLessThan(8);
    isSpoilt = false;
    await clock.advance(100 * minute, { step: 5 * minute, realMs: 0 });
    const all = said.flatMap((output) => (output.kind === 'backfilled' ? output.filled.candles : []));
    expect(all.some(({ openTime, timeframe }) => openTime === spoilt && timeframe === '5min')).toBe(true);
  });

  it('keeps a minute incomplete whose bar in a repair is spoilt', async () => {
    const ask: AskBars = async (request) => {
      const bars = await everyBar(request);
      const spoilt = start - 10_000 + 2 * minute;
      const sound = bars.filter(({ openTime }) => openTime !== spoilt);
      return sound.length === bars.length ? bars : Object.assign(sound, { spoilt: [spoilt] });
    };
    const { clock, trade, interrupt, histories } = actor({ ask });
    await trade(minute);
    const from = clock.now();
    interrupt(from, Infinity);
    await clock.advance(3 * minute, { step: 5_000, realMs: 0 });
    interrupt(from, clock.now());
    await trade(3 * minute);
    const opens = [1, 2, 3].map((n) => start - 10_000 + n * minute);
    expect(opens.map((open) => histories().get('1min')!.at(open)?.complete)).toEqual([true, undefined, true]);
  });

  it.each([true, false])(
    'requests a broken history again; adopted if REST has restated it: %s',
    async (isRestated) => {
      const split = fiveStart - 40 * 5 * minute;
      const scale = ({ openTime, open, high, low, close }: Bar, by: number): Bar => ({
        openTime,
        open: open * by,
        high: high * by,
        low: low * by,
        close: close * by,
      });
      const ask: AskBars = async (request) =>
        (await everyBar(request)).map((bar) => scale(bar, !isRestated && bar.openTime < split ? 10 : 1));
      const whole = historyUntil(fiveStart, '5min');
      for (const candle of whole) if (candle.openTime < split) Object.assign(candle, scale(candle, 10));
      const broken = { discontinuity: { kind: 'step', bar: 0, size: 2.3 } };
      const { clock, asked, said, histories } = actor({
        ask,
        restore: () =>
          Promise.resolve(
            stored({
              candles: new Map<Timeframe, readonly Candle[]>([
                ['1min', historyUntil(minuteStart, '1min')],
                ['5min', whole],
              ]),
            }),
          ),
        analyser: {
          analyse: (columns, { symbol: of, timeframe, closeTime, close }) => {
            const isBroken = Math.max(...columns.close) > 5 * Math.min(...columns.close);
            const decision = decisionOf('WAIT', closeTime, { symbol: of, timeframe, entry: close });
            return Promise.resolve({
              decision: { ...decision, lineage: isBroken ? broken : {} },
              horizonBars: 24,
              cost: 0.02,
            });
          },
        },
      });
      await clock.advance(1_000, { step: 100 });
      const wholeAsked = () =>
        asked.filter(({ interval, from, to }) => interval === '5min' && to - from >= 1000 * minute);
      expect(wholeAsked()).toHaveLength(1);
      const high = () =>
        Math.max(
          ...histories()
            .get('5min')!
            .candles()
            .map(({ close }) => close),
        );
      expect(high()).toBeLessThan(isRestated ? 110 : 1100);
      const taken = said.flatMap((output) => (output.kind === 'backfilled' ? output.filled.candles : []));
      expect(taken.filter(({ timeframe }) => timeframe === '5min')).toHaveLength(isRestated ? 250 : 0);
      if (isRestated)
        expect(taken.every(({ revision, source }) => revision === 1 && source === 'rest')).toBe(true);
      else expect(high()).toBeGreaterThan(900);
    },
  );

  it("is not delayed in one timeframe by REST's refusal of another", async () => {
    let isLate = true;
    const ask: AskBars = (request) => {
      if (request.interval === '1min') return Promise.reject(new ProviderError(403, 'not on this plan'));
      return isLate ? Promise.reject(new Error('late')) : everyBar(request);
    };
    const { clock, asked, histories } = actor({
      ask,
      restore: () => Promise.resolve(stored({ candles: new Map() })),
    });
    await clock.advance(1);
    isLate = false;
    await clock.advance(2 * minute, { step: 1_000, realMs: 0 });
    expect(histories().get('5min')!.size).toBe(250);
    const refused = () => asked.filter(({ interval }) => interval === '1min').length;
    const before = refused();
    await clock.advance(45 * minute, { step: minute, realMs: 0 });
    expect(refused()).toBe(before);
  });

  it('of a symbol that is not watched decides on posted candles, and requests nothing', async () => {
    const { input$, clock, events, asked, closed } = actor({
      isLive: () => false,
      restore: () => Promise.resolve(stored({ candles: new Map() })),
    });
    await clock.advance(1);
    const close = closeOf('BUY', minuteStart, { source: 'posted', quality: null });
    input$.next(close);
    input$.next(close);
    await clock.advance(20 * minute, { step: minute, realMs: 0 });
    expect(events().map(({ kind }) => kind)).toEqual(['opened', 'decided', 'repeated']);
    expect([asked, closed('1min')]).toEqual([[], []]);
  });

  it('of a symbol that is not watched reserves no room for live candles, and keeps all stored ones', async () => {
    const { clock, histories } = actor({ isLive: () => false });
    await clock.advance(1);
    expect(histories().get('5min')!.size).toBe(250);
    const next = candleAt(fiveStart, 100, { timeframe: '5min' });
    histories().get('5min')!.push(next);
    expect(histories().get('5min')!.size).toBe(250);
    const empty = actor({
      isLive: () => false,
      restore: () => Promise.resolve(stored({ candles: new Map() })),
    });
    await empty.clock.advance(1);
    for (const at of [0, 1])
      empty
        .histories()
        .get('1min')!
        .push(candleAt(minuteStart + at * minute, 100));
    expect(empty.histories().get('1min')!.size).toBe(1);
  });

  it('holds none of the stored candles once they are in its histories', async () => {
    let old: WeakRef<Candle>[] = [];
    const restore = () => {
      const restored = stored();
      old = [...restored.candles.values()].map(([oldest]) => new WeakRef(oldest!));
      return Promise.resolve(restored);
    };
    const { trade, histories } = actor({ restore });
    await trade(2 * minute);
    expect([...histories().values()].map(({ size }) => size)).toEqual([250, 250]);
    await until(() => {
      collectGarbage();
      return old.every((candle) => candle.deref() === undefined);
    });
  });

  it('releases its input and its timers when it ends', async () => {
    const signals: (AbortSignal | undefined)[] = [];
    const ask: AskBars = (request) => {
      signals.push(request.signal);
      return everyBar(request);
    };
    const { subscription, input$, clock, said, trade, asked } = actor({ ask }, 'BUY');
    await trade(2 * minute);
    expect(input$.observed).toBe(true);
    subscription.unsubscribe();
    expect(input$.observed).toBe(false);
    expect(signals.length).toBeGreaterThan(0);
    expect(signals.every((signal) => signal?.aborted === true)).toBe(true);
    const before = [said.length, asked.length];
    await clock.advance(60 * minute, { step: minute, realMs: 0 });
    expect([said.length, asked.length]).toEqual(before);
  });

  it("fails with its store's error, and starts no timer", async () => {
    const failure = new Error('no such table');
    let heard: unknown;
    symbolActor({
      ...({} as SymbolActorOptions),
      restore: () => Promise.reject(failure),
    })(new Subject<SymbolInput>(), symbol).subscribe({ error: (error: unknown) => (heard = error) });
    await new Promise(setImmediate);
    expect(heard).toBe(failure);
  });
});

import { describe, expect, it } from 'vitest';
import { applyGate } from '../../../../operators/signals/gates/apply-gate.ts';
import { dataQualityGate } from '../../../../operators/signals/gates/data-quality-gate.ts';
import { newsGate } from '../../../../operators/signals/gates/news-gate.ts';
import {
  type IssuedEntry,
  type RiskContext,
  riskGate,
} from '../../../../operators/signals/gates/risk-gate.ts';
import { volatilityRatio } from '../../../../operators/analysis/volatility-ratio.ts';
import { windowQuality } from '../../../../operators/analysis/window-quality.ts';
import type { CalendarEvent, CalendarState } from '../../../../schema/calendar.ts';
import type { Candle } from '../../../../schema/candle.ts';
import { candleAt, candlesUntil, decisionOf, minute } from '../signal-samples.ts';

const always = (from: number, to: number): number => to - from;
const hour = 60 * minute;

describe('applyGate', () => {
  it('turns a refused decision into WAIT without levels, the reason first and plain', () => {
    const after = applyGate(decisionOf('SELL', 0), { gate: 'news', passed: false, reason: 'CPI "{x}"' });
    expect(after).toMatchObject({ signal: 'HOLD', signal_type: 'WAIT', tp: null, sl: null, confidence: 0 });
    expect(after.reasoning).toBe("SELL withheld: CPI ''x''. a sample");
    expect(Object.values(after.risk_metrics).every((value) => value === null)).toBe(true);
    expect(after.gates).toHaveLength(1);
  });

  it('only records the verdict on a WAIT or a passed decision', () => {
    const wait = applyGate(decisionOf('WAIT', 0), { gate: 'news', passed: false, reason: 'CPI' });
    expect(wait.reasoning).toBe('a sample');
    const passed = applyGate(decisionOf('BUY', 0), { gate: 'news', passed: true });
    expect(passed).toMatchObject({ signal_type: 'BUY', tp: 103, gates: [{ gate: 'news', passed: true }] });
  });
});

describe('dataQualityGate', () => {
  const judge = (candles: readonly Candle[], openMillis = always): string | undefined =>
    dataQualityGate(decisionOf('BUY', 0), windowQuality(candles, openMillis)).reason;
  const sound = candlesUntil(1000 * minute, 250);

  it('finds nothing whole in no candles at all', () => {
    expect(windowQuality([], () => 0)).toEqual({
      bars: 0,
      incomplete: 0,
      recentIncomplete: 0,
      missingShare: 1,
      recentMissing: 0,
      frozen: 0,
      flatShare: 0,
    });
  });

  it('passes a whole window', () => {
    expect(judge(sound)).toBeUndefined();
  });

  it('refuses more than 5 % missing or incomplete, and takes 5 %', () => {
    const without = (n: number) => sound.filter((_, i) => i < 50 || i >= 50 + n);
    expect(judge(without(12))).toBeUndefined();
    expect(judge(without(13))).toMatch(/^5\.2 % of the window's market hours/);
    const incomplete = (n: number) =>
      sound.map((candle, i) => (i < 100 && i >= 100 - n ? { ...candle, complete: false } : candle));
    expect(judge(incomplete(12))).toBeUndefined();
    expect(judge(incomplete(13))).toMatch(/^5\.2 %/);
  });

  it('does not miss what the market did not trade', () => {
    const closed = [850 * minute, 950 * minute] as const;
    const weekend = (from: number, to: number): number =>
      to - from - Math.max(0, Math.min(to, closed[1]) - Math.max(from, closed[0]));
    const candles = sound.filter(({ openTime }) => openTime < closed[0] || openTime >= closed[1]);
    expect(judge(candles)).toMatch(/market hours/);
    expect(judge(candles, weekend)).toBeUndefined();
  });

  it('refuses an incomplete candle or a hole among the last ten', () => {
    expect(judge(sound.with(245, { ...sound[245]!, complete: false }))).toMatch(
      /last ten candles incomplete/,
    );
    expect(judge(sound.with(240, { ...sound[240]!, complete: false }))).toMatch(/incomplete/);
    expect(judge(sound.with(239, { ...sound[239]!, complete: false }))).toBeUndefined();
    const hole = (n: number) => sound.filter((_, i) => i < 243 || i >= 243 + n);
    expect(judge(hole(2))).toBeUndefined();
    expect(judge(hole(3))).toMatch(/^3 candles missing among the last ten/);
  });

  it('does not miss windows that REST has confirmed empty, be it a holiday that no calendar knows', () => {
    const holiday = [230 * minute + sound[0]!.openTime, 245 * minute + sound[0]!.openTime] as const;
    const candles = sound.filter(({ openTime }) => openTime < holiday[0] || openTime >= holiday[1]);
    const traded = (from: number, to: number) =>
      to - from - Math.max(0, Math.min(to, holiday[1]) - Math.max(from, holiday[0]));
    expect(judge(candles)).toMatch(/market hours/);
    const quality = windowQuality(candles, always, traded);
    expect(quality).toMatchObject({ missingShare: 0, recentMissing: 0 });
    expect(dataQualityGate(decisionOf('BUY', 0), quality).passed).toBe(true);
  });

  it('counts missing candles in candles, also where the last one lies in a closed market', () => {
    const end = 1000 * hour;
    const isTraded = (at: number) => at < end;
    const open = (from: number, to: number) => {
      let millis = 0;
      for (let at = from; at < to; at += minute) if (isTraded(at)) millis += minute;
      return millis;
    };
    const candles = Array.from({ length: 249 }, (_, i) =>
      candleAt(end - (254 - i) * hour + hour / 2, 100 + (i % 7), { timeframe: '1h' }),
    );
    // Four and a half hours of trading are missing before a candle of which nothing was traded.
    const late = candleAt(end + 2 * hour, 100, { timeframe: '1h' });
    expect(windowQuality([...candles, late], open).recentMissing).toBe(5);
    expect(windowQuality(candles, open).recentMissing).toBe(0);
  });

  it('refuses a feed that stands still', () => {
    const still = (n: number) =>
      sound.map((candle, i) => (i >= 250 - n ? { ...candle, open: 7, high: 7, low: 7, close: 7 } : candle));
    expect(judge(still(5))).toBeUndefined();
    expect(judge(still(6))).toMatch(/stood still for 5/);
    const flat = sound.map((candle, i) =>
      i % 3 === 0 ? candle : Object.assign({}, candle, { high: 5, low: 5 }),
    );
    expect(judge(flat)).toMatch(/have no range/);
  });
});

describe('newsGate', () => {
  const T = 1000 * minute;
  const event: CalendarEvent = { title: 'CPI', country: 'USD', time: T, impact: 'High' };
  interface Case {
    symbol?: string;
    state?: CalendarState['state'];
    failMode?: 'open' | 'closed';
    change?: Partial<CalendarEvent>;
  }
  const judge = (at: number, given: Case = {}): boolean => {
    const { symbol = 'EURUSD', state = 'fresh', failMode = 'open', change = {} } = given;
    const calendar = { state, events: [{ ...event, ...change }] };
    const windows = { beforeMs: 30 * minute, afterMs: 15 * minute };
    return newsGate(decisionOf('BUY', at, { symbol }), { calendar, at, ...windows, failMode }).passed;
  };

  it('blocks from T-before, included, to T+after, excluded', () => {
    expect(judge(T - 30 * minute - 1)).toBe(true);
    expect(judge(T - 30 * minute)).toBe(false);
    expect(judge(T + 15 * minute - 1)).toBe(false);
    expect(judge(T + 15 * minute)).toBe(true);
  });

  it('names the event with its time, and a calendar that is not fresh', () => {
    const events = [{ ...event, time: Date.parse('2026-03-06T13:30:45Z') }];
    const given = { at: events[0]!.time, beforeMs: 0, afterMs: 1, failMode: 'closed' } as const;
    const reason = (calendar: CalendarState) => newsGate(decisionOf('BUY', T), { ...given, calendar }).reason;
    expect(reason({ state: 'fresh', events })).toBe('high-impact news, USD CPI at 2026-03-06 13:30 UTC');
    expect(reason({ state: 'stale', events: [] })).toBe('the economic calendar is stale');
  });

  it('takes the currencies that move a symbol from whoever knows it', () => {
    const given = { at: T, beforeMs: 0, afterMs: 1, failMode: 'open', currenciesOf: () => ['JPY'] } as const;
    const passes = (country: string) =>
      newsGate(decisionOf('BUY', T), {
        ...given,
        calendar: { state: 'fresh', events: [{ ...event, country }] },
      }).passed;
    expect([passes('JPY'), passes('USD')]).toEqual([false, true]);
  });

  it('asks both legs, USD for metals and crypto, and All for every symbol', () => {
    expect(judge(T, { symbol: 'EURUSD', change: { country: 'EUR' } })).toBe(false);
    expect(judge(T, { symbol: 'EURUSD', change: { country: 'JPY' } })).toBe(true);
    expect(judge(T, { symbol: 'XAUUSD' })).toBe(false);
    expect(judge(T, { symbol: 'ETHBTC' })).toBe(false);
    expect(judge(T, { symbol: 'EURJPY' })).toBe(true);
    expect(judge(T, { symbol: 'EURJPY', change: { country: 'All' } })).toBe(false);
  });

  it('takes high impact alone', () => {
    for (const impact of ['Medium', 'Low', 'Holiday'] as const)
      expect(judge(T, { change: { impact } })).toBe(true);
  });

  it('lets NEWS_FAIL_MODE decide where the calendar is not fresh', () => {
    const far = T + 100 * minute;
    for (const state of ['stale', 'unknown'] as const) {
      expect(judge(far, { state })).toBe(true);
      expect(judge(far, { state, failMode: 'closed' })).toBe(false);
      expect(judge(T, { state })).toBe(false);
    }
    expect(judge(far, { failMode: 'closed' })).toBe(true);
  });
});

describe('riskGate', () => {
  const at = 10_000 * minute;
  const off = { maxPerDay: 0, maxPerHour: 0, minSpacingMs: 0, minReward: 0 };
  const issuedAt = (ago: number, type: 'BUY' | 'SELL' = 'BUY', timeframe = '1min' as const): IssuedEntry => ({
    at: at - ago,
    timeframe,
    signal_type: type,
  });
  const judge = (
    limits: Partial<RiskContext['limits']>,
    issued: readonly IssuedEntry[] = [],
    change: Partial<RiskContext> = {},
    decision = decisionOf('BUY', at),
  ) =>
    riskGate(decision, {
      limits: { ...off, ...limits },
      issued,
      cost: 0.01,
      volatilityRatio: 1,
      range: null,
      ...change,
    }).reason;

  it('counts the last hour and the last day, open at their far end', () => {
    const three = [issuedAt(hour - 1), issuedAt(20 * minute), issuedAt(minute)];
    expect(judge({ maxPerHour: 3 }, three)).toMatch(/^3 signals of BTCUSD within the last hour/);
    expect(judge({ maxPerHour: 3 }, [issuedAt(hour), ...three.slice(1)])).toBeUndefined();
    expect(judge({ maxPerDay: 3 }, three)).toMatch(/day/);
    expect(judge({ maxPerDay: 3 }, [issuedAt(24 * hour), ...three.slice(1)])).toBeUndefined();
  });

  it('counts an entry of the candle itself, and none that came after it', () => {
    expect(judge({ maxPerDay: 1 }, [issuedAt(0)])).toMatch(/^1 signals of BTCUSD within the last day/);
    expect(judge({ maxPerHour: 1 }, [issuedAt(0)])).toMatch(/hour/);
    expect(judge({ maxPerHour: 1, maxPerDay: 1, minSpacingMs: hour }, [issuedAt(-1)])).toBeUndefined();
    expect(judge({ maxPerHour: 2, maxPerDay: 2 }, [issuedAt(1)])).toBeUndefined();
  });

  it('names the limit of a day before the distance to the last', () => {
    expect(judge({ minSpacingMs: 1, maxPerDay: 1 }, [issuedAt(0)])).toMatch(/last day/);
  });

  it('keeps signals apart', () => {
    expect(judge({ minSpacingMs: 15 * minute }, [issuedAt(15 * minute - 1)])).toMatch(/less than 15 minutes/);
    expect(judge({ minSpacingMs: 15 * minute }, [issuedAt(15 * minute)])).toBeUndefined();
    expect(judge({ minSpacingMs: 1 }, [issuedAt(0)])).toMatch(/less than/);
  });

  it('refuses the third change of direction within twelve candles', () => {
    expect(judge({}, [issuedAt(8 * minute, 'BUY'), issuedAt(4 * minute, 'SELL')])).toMatch(/changed twice/);
    expect(judge({}, [issuedAt(8 * minute, 'SELL'), issuedAt(4 * minute, 'SELL')])).toBeUndefined();
    expect(judge({}, [issuedAt(12 * minute, 'BUY'), issuedAt(4 * minute, 'SELL')])).toBeUndefined();
    expect(judge({}, [issuedAt(12 * minute - 1, 'BUY'), issuedAt(0, 'SELL')])).toMatch(/changed twice/);
    // The last two count, in any order, of this timeframe, and none that came after the candle.
    const two = [issuedAt(4 * minute, 'SELL'), issuedAt(8 * minute, 'BUY')];
    expect(judge({}, [...two, issuedAt(9 * minute, 'SELL')])).toMatch(/changed twice/);
    expect(judge({}, [...two, issuedAt(2 * minute, 'BUY')])).toBeUndefined();
    expect(judge({}, [...two, issuedAt(-minute, 'BUY')])).toMatch(/changed twice/);
    expect(judge({}, [two[0]!, { ...two[1]!, timeframe: '5min' }])).toBeUndefined();
    expect(judge({}, [issuedAt(4 * minute, 'SELL')])).toBeUndefined();
    expect(judge({}, [issuedAt(8 * minute, 'BUY'), issuedAt(4 * minute, 'BUY')])).toBeUndefined();
  });

  it('weighs reward, cost and stop', () => {
    expect(judge({ minReward: 1.5 })).toBeUndefined();
    expect(judge({ minReward: 1.6 })).toBe('reward per risk 1.50 is under 1.6');
    expect(judge({ minReward: 0.1 }, [], {}, { ...decisionOf('BUY', at), tp: 100.1 })).toMatch(/reward/);
    expect(judge({ maxCostPerStop: 0 }, [], { cost: 9 })).toBeUndefined();
    expect(judge({ maxCostPerStop: 0.5 }, [], { cost: 1 })).toBeUndefined();
    expect(judge({ maxCostPerStop: 0.5 }, [], { cost: 1.01 })).toMatch(
      /0\.5[01] of the distance to SL, more than 0\.5/,
    );
    expect(judge({}, [], { cost: 0.5 })).toBeUndefined();
    expect(judge({}, [], { cost: 0.51 })).toMatch(/^cost is 0\.2[56] of the distance to SL/);
    expect(judge({}, [], { cost: Number.NaN })).toMatch(/^cost/);
  });

  it('withholds what is expected to lose more than it may, where that is asked', () => {
    const expecting = (expected_r: number | null) => {
      const decision = decisionOf('BUY', at);
      return { ...decision, risk_metrics: { ...decision.risk_metrics, expected_r } };
    };
    const word = (minExpectedR: number | undefined, expected: number | null) =>
      judge(minExpectedR === undefined ? {} : { minExpectedR }, [], {}, expecting(expected));
    expect(word(undefined, -0.4)).toBeUndefined();
    expect(word(0, -0.0004)).toBe('its expectation of -0.000 R after cost is under 0 R');
    expect(word(0, 0)).toBeUndefined();
    expect(word(-0.05, -0.05)).toBeUndefined();
    expect(word(-0.05, -0.051)).toBe('its expectation of -0.051 R after cost is under -0.05 R');
    expect(word(0, null)).toMatch(/nothing known/);
  });

  it('refuses what lacks a level', () => {
    for (const change of [{ tp: null }, { sl: null }])
      expect(judge({}, [], {}, { ...decisionOf('BUY', at), ...change })).toBe('no levels');
  });

  it('refuses extreme volatility and a price beyond a level', () => {
    expect(judge({}, [], { volatilityRatio: 6.1 })).toMatch(/6\.1 times the usual/);
    expect(judge({}, [], { range: { low: 98, high: 98 } })).toMatch(/has been at a level/);
    expect(judge({}, [], { range: { low: 102.9, high: 102.9 } })).toBeUndefined();
    expect(judge({}, [], { range: { low: 103, high: 103 } })).toMatch(/has been at a level/);
    const sell = decisionOf('SELL', at);
    expect(judge({}, [], { range: { low: 97, high: 97 } }, sell)).toMatch(/has been at a level/);
    expect(judge({}, [], { range: { low: 97.1, high: 97.1 } }, sell)).toBeUndefined();
    expect(judge({}, [], { range: { low: 102, high: 102 } }, sell)).toMatch(/has been at a level/);
    expect(judge({}, [], { volatilityRatio: 6 })).toBeUndefined();
    expect(judge({ maxVolatilityRatio: 3 }, [], { volatilityRatio: 3.1 })).toMatch(/3\.1 times the usual/);
  });

  it('measures volatility by the last three ranges over the median', () => {
    const low = new Float64Array(50);
    const high = Float64Array.from({ length: 50 }, (_, i) => (i >= 47 ? 8 : 2));
    expect(volatilityRatio(high, low)).toBe(4);
    expect(volatilityRatio(low, low)).toBe(1);
  });

  it('refuses a market that stood still until its latest candles', () => {
    const low = new Float64Array(250).fill(100);
    const ratio = volatilityRatio(low.with(249, 101), low);
    expect(ratio).toBe(Infinity);
    expect(judge({}, [], { volatilityRatio: ratio })).toMatch(/no range at all/);
    expect(judge({ maxVolatilityRatio: 0 }, [], { volatilityRatio: ratio })).toBeUndefined();
  });
});

import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { deseasoned } from '../../../models/volatility/deseasoned.ts';
import { seasonAhead, seasonalVariance } from '../../../models/volatility/seasonal-variance.ts';
import {
  learnBar,
  type ProfileMemory,
  profileMemory,
  profileOf,
  SLOTS,
  type VolatilityProfile,
} from '../../../models/volatility/volatility-profile.ts';
import { seasonalMarket } from '../synthetic-markets.ts';

const minute = 60_000;
const day = 86_400_000;
const halfHour = day / SLOTS;

/** A memory of bars whose returns alternate in sign, of a size by their open. */
function taught(days: number, barMs: number, sizeAt: (time: number) => number | null): ProfileMemory {
  const memory = profileMemory(barMs);
  let price = 100;
  for (let t = 0; t < days * day; t += barMs) {
    const size = sizeAt(t);
    if (size === null) continue;
    price *= Math.exp((t / barMs) % 2 === 0 ? size : -size);
    learnBar(memory, t, price);
  }
  return memory;
}

describe('profileOf', () => {
  it('knows nothing before five days, nor of bars of a day', () => {
    expect(profileOf(taught(4.9, 5 * minute, () => 0.001))).toBeUndefined();
    expect(profileOf(taught(5, 5 * minute, () => 0.001))).toBeDefined();
    expect(profileOf(taught(60, day, () => 0.01))).toBeUndefined();
    expect(profileOf(taught(9, 5 * minute, () => 0))).toBeUndefined();
  });

  it('finds the hours at which the market moves, and those at which it is closed', () => {
    const wild = (t: number) => Math.floor((t % day) / halfHour) === 20;
    const closed = (t: number) => t % day >= 22 * 2 * halfHour;
    const memory = taught(60, 5 * minute, (t) => (closed(t) ? null : wild(t) ? 0.004 : 0.001));
    const { slots } = profileOf(memory)!;
    expect(slots[20]! / slots[10]!).toBeGreaterThan(10);
    expect(slots[20]! / slots[10]!).toBeLessThan(16);
    expect(slots.slice(44)).toEqual([0, 0, 0, 0]);
    expect(slots.slice(0, 44).every((slot) => slot > 0)).toBe(true);
  });

  it('does not take a single release for a habit', () => {
    const memory = taught(10, 30 * minute, (t) => (t === 9 * day ? 1 : 0.001));
    const { slots } = profileOf(memory)!;
    expect(slots[0]!).toBeLessThan(4);
  });

  it('forgets hours that have moved, and takes no bar twice', () => {
    const at = (slot: number) => (t: number) => (Math.floor((t % day) / halfHour) === slot ? 0.004 : 0.001);
    const memory = taught(40, 30 * minute, (t) => at(t < 20 * day ? 10 : 12)(t));
    const { slots } = profileOf(memory)!;
    expect(slots[12]!).toBeGreaterThan(slots[10]!);
    const before = structuredClone(memory);
    learnBar(memory, memory.last, 1e6);
    learnBar(memory, memory.last - day, 1e6);
    expect(memory).toEqual(before);
  });

  it('is scale free, causal, and the same however the bars are cut into pieces', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 1e6 }), fc.integer({ min: 300, max: 700 }), (seed, cut) => {
        const { time, close } = seasonalMarket(seed, 6, 10);
        const [whole, pieces] = [profileMemory(10 * minute), profileMemory(10 * minute)];
        for (let t = 0; t < time.length; t++) learnBar(whole, time[t]!, 1024 * close[t]!);
        for (let t = 0; t < cut; t++) learnBar(pieces, time[t]!, close[t]!);
        const resumed = structuredClone(pieces);
        for (let t = cut - 50; t < time.length; t++) learnBar(resumed, time[t]!, close[t]!);
        expect(profileOf(resumed)).toEqual(profileOf(whole));
        expect(profileOf(resumed)).toBeDefined();
      }),
      { numRuns: 10 },
    );
  });
});

describe('seasonAhead', () => {
  const slots: number[] = Array.from({ length: SLOTS }, (_, slot) => (slot < 24 ? 0.5 : slot < 44 ? 1.5 : 0));
  const profile: VolatilityProfile = { version: 1, barMs: 30 * minute, slots };

  it('is the mean of the bars that come, past the hours in which none does', () => {
    expect(seasonAhead(profile, 22 * halfHour, 2)).toBe(1);
    expect(seasonAhead(profile, 23 * halfHour, 10)).toBe(1.5);
    expect(seasonAhead(profile, 43 * halfHour, 3)).toBe(0.5);
    expect(seasonAhead(profile, 5 * day + 43 * halfHour, 3)).toBe(0.5);
  });

  it('moves a variance by six at most, and says nothing where no hour is open', () => {
    expect(seasonalVariance({ ...profile, slots: slots.fill(40, 10, 11) }, 10 * halfHour)).toBe(6);
    expect(seasonalVariance({ ...profile, slots: slots.fill(0.01, 10, 11) }, 10 * halfHour)).toBe(1 / 6);
    expect(seasonAhead({ ...profile, slots: Array<number>(SLOTS).fill(0) }, 0, 24)).toBe(1);
  });
});

describe('deseasoned', () => {
  it('divides each move by the deviation usual at its hour', () => {
    const slots = Array.from({ length: SLOTS }, (_, slot) => (slot % 2 === 0 ? 4 : 1));
    const at = (price: number[]) => Float64Array.from(price, Math.exp);
    const candles = {
      time: Float64Array.of(0, halfHour, 2 * halfHour),
      open: at([0, 0, 0.02]),
      high: at([0.02, 0.03, 0.06]),
      low: at([-0.02, 0, 0.02]),
      close: at([0, 0.02, 0.06]),
      volume: Float64Array.of(1, 2, 3),
      volumeKind: 'traded' as const,
    };
    const flat = deseasoned(candles, { version: 1, barMs: halfHour, slots });
    const logs = (values: Float64Array) => Array.from(values, (value) => Number(Math.log(value).toFixed(12)));
    expect(logs(flat.close)).toEqual([0, 0.02, 0.04]);
    expect(logs(flat.high)).toEqual([0.01, 0.03, 0.04]);
    expect(logs(flat.low)).toEqual([-0.01, 0, 0.02]);
    expect(flat.volume).toBe(candles.volume);
  });
});

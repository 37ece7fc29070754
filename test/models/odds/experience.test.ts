import { describe, expect, it } from 'vitest';
import { experienced, INEXPERIENCED, learnt, type Experience } from '../../../models/odds/experience.ts';
import { seededRandom } from '../../../models/random.ts';

const odds = { up: 0.35, down: 0.53, neither: 0.12 };
type Came = 'up' | 'down' | 'neither';

/** Learns from outcomes one after the other; gives the mean forecasts that were made before each, and what is known at the end. */
function walk(outcomes: readonly Came[], weight = 1, start: Experience = INEXPERIENCED) {
  let known = start;
  const sum = { up: 0, down: 0, neither: 0 };
  for (const came of outcomes) {
    const forecast = experienced(odds, known);
    for (const key of ['up', 'down', 'neither'] as const) sum[key] += forecast[key] / outcomes.length;
    known = learnt(known, odds, came, weight);
  }
  return { mean: sum, known };
}
/** Outcomes by chance with these shares. */
function drawn(n: number, up: number, down: number): Came[] {
  const random = seededRandom(7);
  return Array.from({ length: n }, () => {
    const draw = random();
    return draw < up ? 'up' : draw < up + down ? 'down' : 'neither';
  });
}

describe('experience', () => {
  it('changes nothing to the last bit where nothing has come yet', () => {
    expect(experienced(odds, INEXPERIENCED)).toEqual(odds);
    const third = { up: 1 / 3, down: 2 / 3 - 0.1, neither: 1 - 1 / 3 - (2 / 3 - 0.1) };
    expect(experienced(third, INEXPERIENCED)).toEqual(third);
  });

  it('moves odds by log odds, TP against SL and neither against both, and their sum stays one', () => {
    const moved = experienced(odds, { ...INEXPERIENCED, direction: Math.log(2), neither: Math.log(3) });
    expect(moved.up / moved.down).toBeCloseTo((2 * odds.up) / odds.down, 12);
    expect(moved.neither / (1 - moved.neither)).toBeCloseTo((3 * odds.neither) / (1 - odds.neither), 12);
    expect(moved.up + moved.down + moved.neither).toBeCloseTo(1, 14);
  });

  it('leaves what is certain certain, however it is moved', () => {
    const far = { ...INEXPERIENCED, direction: 30, neither: -30 };
    for (const sure of [
      { up: 0, down: 0, neither: 1 },
      { up: 1, down: 0, neither: 0 },
      { up: 0, down: 1, neither: 0 },
    ])
      expect(experienced(sure, far)).toEqual(sure);
  });

  it('finds what comes on a market where the model is wrong', () => {
    const { known } = walk(drawn(4000, 0.2, 0.4));
    const end = experienced(odds, known);
    expect(end.up).toBeCloseTo(0.2, 1);
    expect(Math.abs(end.up - 0.2)).toBeLessThan(0.04);
    expect(Math.abs(end.neither - 0.4)).toBeLessThan(0.04);
  });

  it('makes mean forecasts of what comes, in any order that it may come in', () => {
    const blocks = (length: number): Came[] =>
      Array.from({ length: 3000 }, (_, i) => (Math.floor(i / length) % 3 === 0 ? 'up' : 'down'));
    for (const outcomes of [blocks(1), blocks(30), blocks(300), drawn(3000, 0.7, 0.1)]) {
      const share = outcomes.filter((came) => came === 'up').length / outcomes.length;
      expect(Math.abs(walk(outcomes).mean.up - share)).toBeLessThan(0.03);
    }
  });

  it('takes 50 outcomes for as much as the model: half-way after them', () => {
    // Each of them tells a little less than the quarter that a prior outcome counts.
    const { known } = walk(Array.from({ length: 50 }, () => 'down' as const));
    const before = odds.up / (odds.up + odds.down);
    const after = experienced(odds, known);
    const now = after.up / (after.up + after.down);
    expect(now).toBeLessThan(0.66 * before);
    expect(now).toBeGreaterThan(0.3 * before);
  });

  it('leaves a right forecast about where it was', () => {
    const { known } = walk(drawn(5000, odds.up, odds.down));
    expect(Math.abs(experienced(odds, known).up - odds.up)).toBeLessThan(0.025);
  });

  it('learns a market that changes anew, however long it was another', () => {
    const long = walk(drawn(20_000, 0.2, 0.68)).known;
    const later = walk(drawn(1200, 0.5, 0.38), 1, long).known;
    expect(experienced(odds, later).up).toBeGreaterThan(0.42);
    expect(later.directionWeight).toBe(100);
  });

  it('learns no direction from what met either level, nobody knows which', () => {
    const known = learnt(INEXPERIENCED, odds, 'either', 1);
    expect(known).toEqual({ ...learnt(INEXPERIENCED, odds, 'down', 1), direction: 0, directionWeight: 12.5 });
  });

  it('is not moved by what was certain, and never further than five', () => {
    let known = INEXPERIENCED;
    for (let i = 0; i < 300; i++) known = learnt(known, { up: 0, down: 0, neither: 1 }, 'down', 1);
    expect(known).toEqual({ ...INEXPERIENCED, n: 300 });
    for (let i = 0; i < 20_000; i++) known = learnt(known, { up: 1e-12, down: 0.5, neither: 0.5 }, 'up', 1);
    expect([known.direction, known.neither]).toEqual([5, -5]);
  });

  it('counts what shares a future as one', () => {
    const one = walk(drawn(100, 0.1, 0.8)).known;
    const shared = walk(
      drawn(100, 0.1, 0.8).flatMap((came) => Array.from({ length: 24 }, () => came)),
      1 / 24,
    ).known;
    expect(shared.n).toBeCloseTo(one.n, 9);
    expect(shared.direction).toBeCloseTo(one.direction, 1);
  });
});

import { describe, expect, it } from 'vitest';
import { cameOf, type FollowedOdds } from '../../cli/backtest/candidate-odds.ts';
import { followTrades } from '../../cli/backtest/follow-trades.ts';
import { tossedDirections } from '../../cli/backtest/tossed-directions.ts';
import type { SpacedCandles } from '../../cli/candles/spaced-candles.ts';
import { toColumns } from '../../cli/candles/to-columns.ts';
import { seededRandom } from '../../models/random.ts';

const minute = 60_000;
const step = 1e-3;
const horizon = 40;
const trades = 60;

/** Minutes of one step each, up with a chance of `up`. */
function market(up: number): SpacedCandles {
  const random = seededRandom(2);
  let close = 100;
  const rows = Array.from({ length: 1 + trades * horizon }, (_, m) => {
    const open = close;
    close *= Math.exp(random() < up ? step : -step);
    return [m * minute, open, Math.max(open, close), Math.min(open, close), close, 0];
  });
  return { ...toColumns(rows), volumeKind: 'none', spacingMs: minute };
}

/** Purchases one after the other, levels three steps away either way, one forecast for all. */
function followed(minutes: SpacedCandles, forecast: [number, number, number]): FollowedOdds[] {
  const levels = Array.from({ length: trades }, (_, i) => {
    const first = 1 + i * horizon;
    const entry = minutes.close[first - 1]!;
    const [tp, sl] = [entry * Math.exp(2.5 * step), entry * Math.exp(-2.5 * step)];
    const [from, expiresAt] = [first * minute, (first + horizon) * minute];
    return { direction: 1, entry, tp, sl, from, expiresAt } as const;
  });
  const outcomes = followTrades(minutes, levels);
  return levels.map((trade, i) => ({ forecast, came: cameOf(outcomes[i]), variance: 1, realised: 1, trade }));
}

describe('tossedDirections', () => {
  const forecast: [number, number, number] = [0.5, 0.5, 0];

  it('finds the error of a fair market within what the toss of a coin makes', () => {
    const minutes = market(0.5);
    const { errors, within, chance } = tossedDirections(followed(minutes, forecast), minutes, 300);
    // Sixty trades that share nothing, as likely to win as to lose.
    expect(errors[0]!.mean).toBeCloseTo(0, 1);
    expect(errors[0]!.deviation).toBeGreaterThan(0.8 * Math.sqrt(0.25 / trades));
    expect(errors[0]!.deviation).toBeLessThan(1.2 * Math.sqrt(0.25 / trades));
    expect(chance).toBeGreaterThan(0.05);
    expect(within).toBeGreaterThan(0.15);
    expect(within).toBeLessThan(0.6);
  });

  it('tells the direction that a market had from luck', () => {
    const minutes = market(0.75);
    const { errors, chance } = tossedDirections(followed(minutes, forecast), minutes, 300);
    expect(errors[0]!.mean).toBeCloseTo(0, 1);
    expect(chance).toBeLessThan(0.01);
  });

  it('sees that candidates share their future', () => {
    const minutes = market(0.5);
    const twice = followed(minutes, forecast).flatMap((one) => [one, one, one]);
    const once = tossedDirections(followed(minutes, forecast), minutes, 100);
    expect(tossedDirections(twice, minutes, 100).errors[0]!.deviation).toBeCloseTo(
      once.errors[0]!.deviation,
      9,
    );
  });
});

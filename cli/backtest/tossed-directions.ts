import { type Random, seededRandom } from '../../models/random.ts';
import { mean, variance } from '../../models/statistics.ts';
import type { SpacedCandles } from '../candles/spaced-candles.ts';
import { cameOf, type FollowedOdds } from './candidate-odds.ts';
import { firstMinuteAt } from './file/first-minute-at.ts';
import { type FollowedLevels, followTrades } from './follow-trades.ts';

/** What the errors of the same forecasts would have been had every minute gone up or down by the toss of a coin. */
export interface TossReport {
  tosses: number;
  /** Forecast less observed share of TP, SL and neither: mean and deviation over the tosses. */
  errors: { mean: number; deviation: number }[];
  /** Share of the tosses with all three errors within .03, were the forecast right on average. */
  within: number;
  /** Share of the tosses whose error of TP is as far from their mean as the real one. */
  chance: number;
}

const WITHIN = 0.03;

/**
 * How much of the errors may be luck: the levels and odds of all candidates stay as they are, and so does the size of every minute; its
 * direction is tossed for, so that nobody could have known it. Candidates go on sharing their future, which a bootstrap can only guess at.
 */
export function tossedDirections(
  followed: readonly FollowedOdds[],
  minutes: SpacedCandles,
  tosses: number,
): TossReport {
  const random = seededRandom(1);
  const errorsOf = (came: readonly number[]): number[] =>
    [0, 1, 2].map((k) => mean(followed.map(({ forecast }, i) => forecast[k]! - Number(came[i] === k))));
  const firsts = followed.map(({ trade }) => firstMinuteAt(minutes, trade.from));
  const rounds = Array.from({ length: tosses }, () => {
    const path = mirrored(minutes, random);
    const moved = followed.map(({ trade }, i) => movedTo(trade, path.close[firsts[i]! - 1]!));
    return errorsOf(followTrades(path, moved).map(cameOf));
  });
  const errors = [0, 1, 2].map((k) => {
    const values = rounds.map((round) => round[k]!);
    return { mean: mean(values), deviation: Math.sqrt(variance(values)) };
  });
  const off = (round: readonly number[], k: number): number => Math.abs(round[k]! - errors[k]!.mean);
  const real = off(errorsOf(followed.map(({ came }) => came)), 0);
  const share = (of: (round: number[]) => boolean): number => rounds.filter(of).length / tosses;
  return {
    tosses,
    errors,
    within: share((round) => [0, 1, 2].every((k) => off(round, k) <= WITHIN)),
    chance: share((round) => off(round, 0) >= real),
  };
}

/** Levels moved to where the other path is at their entry. */
function movedTo(trade: FollowedLevels, entry: number): FollowedLevels {
  const scale = entry / trade.entry;
  return { ...trade, entry, tp: trade.tp * scale, sl: trade.sl * scale };
}

/** The same minutes, each with its moves from the close before mirrored, in log units, or not. */
function mirrored(minutes: SpacedCandles, random: Random): SpacedCandles {
  const { open, high, low, close } = minutes;
  const bars = close.length;
  const column = (): Float64Array => new Float64Array(bars);
  const path = { ...minutes, open: column(), high: column(), low: column(), close: column() };
  let before = open[0]!;
  let price = before;
  for (let t = 0; t < bars; t++) {
    const up = random() < 0.5;
    const moved = (value: number): number => price * (up ? value / before : before / value);
    path.open[t] = moved(open[t]!);
    path.high[t] = moved((up ? high : low)[t]!);
    path.low[t] = moved((up ? low : high)[t]!);
    path.close[t] = moved(close[t]!);
    before = close[t]!;
    price = path.close[t]!;
  }
  return path;
}

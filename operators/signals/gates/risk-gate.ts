import type { Decision, GateVerdict } from '../../../schema/signal.ts';
import { minuteMs, timeframeMs, type Timeframe } from '../../../schema/timeframe.ts';
import type { PriceRange } from '../outcomes/recent-prices.ts';

/** A signal that was issued, as far as the limits count it. `at`: its candle's close, Unix ms. */
export interface IssuedEntry {
  readonly at: number;
  readonly timeframe: Timeframe;
  readonly signal_type: 'BUY' | 'SELL';
}

/** Limits per symbol; 0 turns one off. */
export interface RiskLimits {
  readonly maxPerDay: number;
  readonly maxPerHour: number;
  readonly minSpacingMs: number;
  /** Least reward per risk. */
  readonly minReward: number;
  /** Least expectation after cost, R. @default none */
  readonly minExpectedR?: number;
  /** Most that the cost may be of the distance to SL. @default 0.25 */
  readonly maxCostPerStop?: number;
  /** Most that the latest bars' range may be of the window's median range. @default 6 */
  readonly maxVolatilityRatio?: number;
  /** Bars within which a second change of direction is a flip-flop. @default 12 */
  readonly flipFlopBars?: number;
}

export interface RiskContext {
  readonly limits: RiskLimits;
  /** The symbol's issued signals of at least the last day, in any order. */
  readonly issued: readonly IssuedEntry[];
  /** Cost of entry and exit together, price units. */
  readonly cost: number;
  /** Mean range of the last three bars over the window's median range; Infinity where that is zero. */
  readonly volatilityRatio: number;
  /** The lowest and the highest price since the close; null where none is known. */
  readonly range: PriceRange | null;
}

const hour = 3_600_000;

/**
 * Judges a new BUY or SELL, and only that: how many there were, how close together, to and fro, and whether the levels
 * are worth their cost. Time is candle time: `close_time` against the entries issued before it, so that a slow analysis
 * does not change a verdict.
 */
export function riskGate(decision: Decision, context: RiskContext): GateVerdict {
  const reason = countProblem(decision, context) ?? levelProblem(decision, context);
  return reason === null ? { gate: 'risk', passed: true } : { gate: 'risk', passed: false, reason };
}

function countProblem(decision: Decision, { limits, issued }: RiskContext): string | null {
  const at = decision.close_time;
  const { flipFlopBars = 12 } = limits;
  const within = (ms: number): number =>
    issued.reduce((n, entry) => n + (entry.at <= at && entry.at > at - ms ? 1 : 0), 0);
  if (limits.maxPerHour > 0 && within(hour) >= limits.maxPerHour)
    return `${limits.maxPerHour} signals of ${decision.symbol} within the last hour`;
  if (limits.maxPerDay > 0 && within(24 * hour) >= limits.maxPerDay)
    return `${limits.maxPerDay} signals of ${decision.symbol} within the last day`;
  if (limits.minSpacingMs > 0 && within(limits.minSpacingMs) > 0)
    return `the last signal of ${decision.symbol} is less than ${limits.minSpacingMs / minuteMs} minutes old`;
  const [last, beforeLast] = issued
    .filter(
      (entry) =>
        entry.timeframe === decision.timeframe &&
        entry.at <= at &&
        entry.at > at - flipFlopBars * timeframeMs[decision.timeframe],
    )
    .toSorted((a, b) => b.at - a.at);
  if (
    last !== undefined &&
    beforeLast !== undefined &&
    last.signal_type !== decision.signal_type &&
    beforeLast.signal_type === decision.signal_type
  )
    return `the direction has changed twice within ${flipFlopBars} candles`;
  return null;
}

function levelProblem(decision: Decision, context: RiskContext): string | null {
  const { limits, cost, volatilityRatio, range } = context;
  const { entry, tp, sl } = decision;
  if (tp === null || sl === null) return 'no levels';
  const stop = Math.abs(entry - sl);
  const reward = Math.abs(tp - entry) / stop;
  // Levels are rounded nowhere, but a ratio set to exactly the limit may miss it by a few units in the last place.
  if (limits.minReward > 0 && !(reward >= limits.minReward * (1 - 1e-9)))
    return `reward per risk ${reward.toFixed(2)} is under ${limits.minReward}`;
  const { minExpectedR } = limits;
  const expected = decision.risk_metrics.expected_r;
  if (minExpectedR !== undefined && !(expected !== null && expected >= minExpectedR))
    return `its expectation of ${expected === null ? 'nothing known' : `${expected.toFixed(3)} R`} after cost is under ${minExpectedR} R`;
  const { maxCostPerStop = 0.25, maxVolatilityRatio = 6 } = limits;
  if (maxCostPerStop > 0 && !(cost <= maxCostPerStop * stop))
    return `cost is ${(cost / stop).toFixed(2)} of the distance to SL, more than ${maxCostPerStop}`;
  if (maxVolatilityRatio > 0 && volatilityRatio === Infinity)
    return 'most candles before the latest have no range at all';
  if (maxVolatilityRatio > 0 && volatilityRatio > maxVolatilityRatio)
    return `the latest candles' range is ${volatilityRatio.toFixed(1)} times the usual`;
  const [low, high] = tp > sl ? [sl, tp] : [tp, sl];
  // Also where it has come back: an entry that is told of now would have met it before its followers heard of it.
  if (range !== null && (range.low <= low || range.high >= high))
    return 'the price has been at a level since the close';
  return null;
}

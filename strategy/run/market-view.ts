import { regimeOf } from '../../models/decision/regime.ts';
import type { KnownMarket } from '../../models/decision/known-market.ts';
import { ruleCall } from '../../models/decision/rule-call.ts';
import type { Drift, DriftSettings, Market } from '../contract.ts';

/**
 * A market as a strategy reads it, lazily: frozen copies, for others look at it too. Needs a window without a flaw. A class, for one is made at every
 * close: getters of a literal are made anew with it, which takes sixty times as long.
 */
export class MarketView implements Market {
  readonly volatilityOver: Market['volatilityOver'];
  readonly drift: Market['drift'];
  readonly #known: KnownMarket;

  constructor(known: KnownMarket, minReward: number) {
    this.#known = known;
    this.volatilityOver = (bars) => Math.sqrt(known.outlook(whole('bars', bars, 1, 1000)).variance);
    this.drift = (settings = {}) => driftOf(known, settings, minReward);
    Object.freeze(this);
  }

  get regime() {
    const { hmm, filtered } = this.#known.regimes();
    const { state, probabilities, expectedDurationBars } = regimeOf(hmm, filtered);
    return Object.freeze({ state, probabilities: Object.freeze(probabilities), expectedDurationBars });
  }
  get volatility() {
    return this.#context.volatility.perBar;
  }
  get trend() {
    return Object.freeze({ ...this.#context.trend });
  }
  get support() {
    return this.#context.support;
  }
  get resistance() {
    return this.#context.resistance;
  }
  get rangePosition() {
    return this.#context.range.position;
  }
  get breakout() {
    return this.#context.breakout.direction;
  }
  get spreadBps() {
    return this.#known.cost * 10_000;
  }

  get #context() {
    return this.#known.context()!;
  }
}
// What a strategy could hang on it would be there at the next close.
Object.freeze(MarketView.prototype);
Object.freeze(MarketView);

function driftOf(market: KnownMarket, settings: DriftSettings, minReward: number): Drift {
  const { horizonBars = 24, scoreQuantile = 0.85, scoreBars = 150, minAgreement = 1 } = settings;
  const { stopMultiple = 0.5, rewardMultiple = 1.5, maxCostShare = 0.25 } = settings;
  const { side, score, threshold, agreement, called, reasons } = ruleCall(market, {
    horizonBars: whole('horizonBars', horizonBars, 1, 1000),
    scoreQuantile: within('scoreQuantile', scoreQuantile, 0, 1),
    scoreBars: whole('scoreBars', scoreBars, 10, 249),
    minAgreement: within('minAgreement', minAgreement, 0, 1),
    stopMultiple: within('stopMultiple', stopMultiple, 0.01, 10),
    rewardMultiple: within('rewardMultiple', rewardMultiple, 0.1, 20),
    maxCostShare: within('maxCostShare', maxCostShare, 0, 10),
    minReward,
  });
  const [reason = '', ...remarks] = reasons;
  return Object.freeze({
    side: side === 1 ? 'BUY' : 'SELL',
    score,
    threshold,
    agreement,
    called,
    reason,
    remarks: Object.freeze(remarks),
  });
}

function within(name: string, value: number, least: number, most: number): number {
  if (value >= least && value <= most) return value;
  throw new RangeError(`${name} is ${String(value)}, ${least} to ${most} is needed`);
}

function whole(name: string, value: number, least: number, most: number): number {
  if (Number.isInteger(value)) return within(name, value, least, most);
  throw new RangeError(`${name} is ${String(value)}, a whole number from ${least} to ${most} is needed`);
}

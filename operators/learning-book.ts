import { type Calibration, fitCalibration, UNCALIBRATED } from '../models/calibration.ts';
import type { Outcome, Signal } from '../schema/signal.ts';
import type { Timeframe } from '../schema/timeframe.ts';

/** What outcomes have taught, at one instant. */
export interface Learning {
  /** Share of the symbol's and timeframe's resolved signals with a gain after cost; null while there are none. */
  readonly winRate: number | null;
  readonly trades: number;
  readonly calibration: Calibration;
}

export const UNTAUGHT: Learning = { winRate: null, trades: 0, calibration: UNCALIBRATED };

export interface LearningBook {
  /** A signal has ended. */
  add(signal: Pick<Signal, 'symbol' | 'timeframe' | 'risk_metrics'>, outcome: Outcome): void;
  of(symbol: string, timeframe: Timeframe): Learning;
}

/**
 * Keeps the outcomes that confidence is calibrated on: the latest `most` of each timeframe, of all symbols together, since the odds are
 * in units of each market's own volatility. A reversed signal ended by our own doing says nothing of TP or SL and is left out;
 * an expired one counts as no. Win rates are per symbol and timeframe, of every end.
 */
export function createLearningBook(most = 1000): LearningBook {
  const forecasts = new Map<Timeframe, { probability: number; hit: boolean }[]>();
  const calibrations = new Map<Timeframe, Calibration>();
  const wins = new Map<string, { trades: number; won: number }>();
  return {
    add({ symbol, timeframe, risk_metrics }, outcome) {
      // Void: it says nothing of anything.
      if (outcome.r === null) return;
      const key = `${symbol} ${timeframe}`;
      const { trades, won } = wins.get(key) ?? { trades: 0, won: 0 };
      wins.set(key, { trades: trades + 1, won: won + Number(outcome.r > 0) });
      const probability = risk_metrics.prob_tp_hit;
      if (probability === null || outcome.status === 'reversed' || outcome.status === 'open') return;
      const known = forecasts.get(timeframe) ?? [];
      known.push({ probability, hit: outcome.status === 'tp' });
      if (known.length > most) known.shift();
      forecasts.set(timeframe, known);
      calibrations.delete(timeframe);
    },
    of(symbol, timeframe) {
      const { trades, won } = wins.get(`${symbol} ${timeframe}`) ?? { trades: 0, won: 0 };
      let calibration = calibrations.get(timeframe);
      if (calibration === undefined) {
        const known = forecasts.get(timeframe) ?? [];
        calibration = fitCalibration(
          known.map((one) => one.probability),
          known.map((one) => one.hit),
        );
        calibrations.set(timeframe, calibration);
      }
      return { winRate: trades === 0 ? null : won / trades, trades, calibration };
    },
  };
}

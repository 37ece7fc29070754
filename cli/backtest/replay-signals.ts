import type { Analysis } from '../../models/decision/analysis.ts';
import { calibrate } from '../../models/report/calibration.ts';
import type { CandleColumns } from '../../models/candle-columns.ts';
import { createLearningBook } from '../../operators/signals/outcomes/learning-book.ts';
import type { HorizonOf } from './horizon-of.ts';
import type { SpacedCandles } from '../candles/spaced-candles.ts';
import { firstMinuteAt, reaches, type Resolution, resolveTrade } from './resolve-trade.ts';

export interface ReplayedSignal {
  /** Bar at whose close it was issued, and that close, Unix ms. */
  bar: number;
  closeTime: number;
  analysis: Analysis;
  side: 1 | -1;
  /** The outcome of its levels within the horizon, even where the signal was reversed: what `prob_tp_hit` forecasts. */
  levels: Resolution;
  /** How the trade ended: at its levels, at the horizon, or reversed by an opposite signal. */
  end: 'tp' | 'sl' | 'expired' | 'reversed';
  /** When and at which price it ended. */
  closedAt: number;
  exit: number;
  /** Result after cost over the distance to SL, and the cost in it. */
  r: number;
  costR: number;
  /** Probability as it would have been published, from outcomes known before. */
  calibrated: number;
}

/** An entry that the gate refused, and how its levels would have fared. */
export interface WithheldSignal {
  reason: string;
  levels: Resolution;
  r: number;
}

export interface ReplayOptions {
  barMs: number;
  horizon: HorizonOf;
  /** Of the round trip. */
  costBps: number;
  /** A filter under test: false skips the bar as if it had been WAIT. */
  accept?: (analysis: Analysis) => boolean;
  /** Why a new entry is refused, or null. Never closes an open signal. */
  gate?: (analysis: Analysis, bar: number, issued: readonly ReplayedSignal[]) => string | null;
}

/** What was decided at the close of a bar on which a direction was called, by nothing but what was known then. */
export interface ReplayDecision {
  closeTime: number;
  side: 1 | -1;
  /** Why it was withheld; null: issued, with this probability. */
  refusal: string | null;
  calibrated: number | null;
}

export interface Replay {
  /** Issued, of those whose whole horizon lies in the data. */
  signals: ReplayedSignal[];
  withheld: WithheldSignal[];
  /** All, to the end of the data. */
  decisions: ReplayDecision[];
}

/**
 * Plays the signal state machine of the design over a walk-forward: one signal open at a time, the same direction changes nothing, the
 * opposite one ends it at its close and opens the new one. What is published is calibrated by the server's own learning book, on what
 * had come to its levels by then. Results are cut at the last full horizon, decisions are not.
 *
 * candles: of the timeframe; minutes: the same market in shorter candles, minutes at best.
 */
export function replaySignals(
  candles: CandleColumns,
  minutes: SpacedCandles,
  analyses: ReadonlyMap<number, Analysis>,
  { barMs, horizon, costBps, accept = () => true, gate = () => null }: ReplayOptions,
): Replay {
  const issued: ReplayedSignal[] = [];
  const withheld: WithheldSignal[] = [];
  const decisions: ReplayDecision[] = [];
  const taught = createTeacher();
  let open: ReplayedSignal | null = null;
  /** Issued signals whose horizon the data reach: the first ones, as horizons end in order. */
  let whole = 0;
  for (let bar = 0; bar < candles.close.length; bar++) {
    const analysis = analyses.get(bar);
    const closeTime = candles.time[bar]! + barMs;
    if (open && open.levels.at <= closeTime) open = null;
    if (!analysis || analysis.direction === 'WAIT' || !accept(analysis)) continue;
    const side = analysis.direction === 'BUY' ? 1 : -1;
    if (open?.side === side) continue;
    const until = horizon(closeTime, analysis.horizonBars);
    const { entry, tp, sl } = analysis;
    const trade = { side, entry, tp: tp!, sl: sl!, from: closeTime, until } as const;
    const levels = resolveTrade(minutes, trade, firstMinuteAt(minutes, closeTime)) ?? STILL_OPEN;
    const isWhole = reaches(minutes, until);
    const refusal = gate(analysis, bar, issued);
    if (refusal !== null) {
      decisions.push({ closeTime, side, refusal, calibrated: null });
      const r = resultOf({ side, analysis }, levels.exit, costBps);
      if (isWhole) withheld.push({ reason: refusal, levels, r });
      continue;
    }
    if (open) {
      open.end = 'reversed';
      open.closedAt = closeTime;
      open.exit = entry;
      open.r = resultOf(open, entry, costBps);
    }
    const signal: ReplayedSignal = {
      bar,
      closeTime,
      analysis,
      side,
      levels,
      end: levels.end === 'neither' ? 'expired' : levels.end,
      closedAt: levels.at,
      exit: levels.exit,
      r: resultOf({ side, analysis }, levels.exit, costBps),
      costR: costOf(analysis, costBps),
      calibrated: calibrate(analysis.risk!.probTpHit, taught.upTo(closeTime)),
    };
    decisions.push({ closeTime, side, refusal, calibrated: signal.calibrated });
    taught.wait(signal);
    issued.push(signal);
    if (isWhole) whole = issued.length;
    open = signal;
  }
  return { signals: issued.slice(0, whole), withheld, decisions };
}

/** The data end before the levels come to anything. */
const STILL_OPEN: Resolution = { end: 'neither', at: Infinity, exit: Number.NaN, ambiguous: false };

/** The learning book of one market, which receives an outcome when it has occurred, not before. */
function createTeacher() {
  const book = createLearningBook();
  const market = { symbol: '', timeframe: '1min', source: 'live' } as const;
  let waiting: ReplayedSignal[] = [];
  return {
    wait: (signal: ReplayedSignal) => void waiting.push(signal),
    upTo(closeTime: number) {
      for (const { bar, levels, analysis } of waiting) {
        if (levels.at > closeTime) continue;
        const forecast = { ...market, id: String(bar), probability: analysis.risk!.probTpHit };
        book.judge(forecast, {
          status: levels.end === 'neither' ? 'expired' : levels.end,
          resolved_at: levels.at,
          exit_price: levels.exit,
          r: 0,
          mfe: 0,
          mae: 0,
          ambiguous_bar: levels.ambiguous,
        });
      }
      waiting = waiting.filter(({ levels }) => levels.at > closeTime);
      return book.of({ ...market, closeTime }).calibration;
    },
  };
}

function resultOf(
  { side, analysis: { entry, sl } }: Pick<ReplayedSignal, 'side' | 'analysis'>,
  exit: number,
  costBps: number,
): number {
  return (side * (exit - entry) - (costBps / 10_000) * entry) / Math.abs(entry - sl!);
}

const costOf = ({ entry, sl }: Analysis, costBps: number): number =>
  ((costBps / 10_000) * entry) / Math.abs(entry - sl!);

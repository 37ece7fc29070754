import type { Analysis } from '../../models/decision/analysis.ts';
import { calibrate } from '../../models/report/calibration.ts';
import type { CandleColumns } from '../../models/candle-columns.ts';
import { createLearningBook } from '../../operators/signals/outcomes/learning-book.ts';
import type { HorizonOf } from './horizon-of.ts';
import { firstMinuteAt, reaches, type Resolution, resolveTrade } from './resolve-trade.ts';

export interface ReplayedSignal {
  /** Bar at whose close it was issued, and that close, Unix ms. */
  bar: number;
  closeTime: number;
  analysis: Analysis;
  side: 1 | -1;
  /** How its levels fared within the horizon, whatever became of the signal: what `prob_tp_hit` speaks of. */
  levels: Resolution;
  /** How the trade ended: at its levels, at the horizon, or reversed by an opposite signal. */
  end: 'tp' | 'sl' | 'expired' | 'reversed';
  /** Result after cost over the distance to SL. */
  r: number;
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

/**
 * Plays the signal state machine of the design over a walk-forward: one signal open at a time, the same direction changes nothing, the
 * opposite one ends it at its close and opens the new one. It stops at the first signal whose horizon reaches past the data. What is
 * published is calibrated by the server's own learning book, on what had come to its levels by then.
 *
 * candles: of the timeframe; minutes: the same market in 1min candles.
 */
export function replaySignals(
  candles: CandleColumns,
  minutes: CandleColumns,
  analyses: ReadonlyMap<number, Analysis>,
  { barMs, horizon, costBps, accept = () => true, gate = () => null }: ReplayOptions,
): { signals: ReplayedSignal[]; withheld: WithheldSignal[] } {
  const signals: ReplayedSignal[] = [];
  const withheld: WithheldSignal[] = [];
  const taught = createTeacher();
  let open: ReplayedSignal | null = null;
  for (let bar = 0; bar < candles.close.length; bar++) {
    const analysis = analyses.get(bar);
    const closeTime = candles.time[bar]! + barMs;
    if (open && open.levels.at <= closeTime) open = null;
    if (!analysis || analysis.direction === 'WAIT' || !accept(analysis)) continue;
    const side = analysis.direction === 'BUY' ? 1 : -1;
    if (open?.side === side) continue;
    const trade = {
      side,
      entry: analysis.entry,
      tp: analysis.tp!,
      sl: analysis.sl!,
      from: closeTime,
    } as const;
    const until = horizon(closeTime, analysis.horizonBars);
    if (!reaches(minutes, until)) break;
    const levels = resolveTrade(minutes, { ...trade, until }, firstMinuteAt(minutes, closeTime));
    if (levels === null) break;
    const refusal = gate(analysis, bar, signals);
    if (refusal !== null) {
      withheld.push({ reason: refusal, levels, r: resultOf({ side, analysis }, levels.exit, costBps) });
      continue;
    }
    if (open) {
      open.end = 'reversed';
      open.r = resultOf(open, analysis.entry, costBps);
    }
    const signal: ReplayedSignal = {
      bar,
      closeTime,
      analysis,
      side,
      levels,
      end: levels.end === 'neither' ? 'expired' : levels.end,
      r: 0,
      calibrated: 0,
    };
    signal.r = resultOf(signal, levels.exit, costBps);
    signal.calibrated = calibrate(analysis.risk!.probTpHit, taught.upTo(closeTime));
    taught.wait(signal);
    signals.push(signal);
    open = signal;
  }
  return { signals, withheld };
}

/** The learning book of one market, told of an outcome when it has come, not before. */
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

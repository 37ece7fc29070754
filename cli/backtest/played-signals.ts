import type { TradeRisk } from '../../models/decision/trade-risk.ts';
import type { SignalEvent, Withheld } from '../../schema/signal-event.ts';
import type { Outcome, Signal } from '../../schema/signal.ts';

/** What the levels of a trade came to within its horizon. */
export interface Levels {
  end: 'tp' | 'sl' | 'neither';
  /** Unix ms of the close of the candle that decided, or of the end of the horizon. */
  at: number;
  exit: number;
  /** Both levels lay in that candle; the stop was counted. */
  ambiguous: boolean;
}

/** What is asked of the analysis of a signal. */
interface PlayedAnalysis extends Pick<Signal, 'entry' | 'tp' | 'sl'> {
  readonly risk: Pick<TradeRisk, 'probTpHit' | 'breakevenProbability' | 'expectedR'>;
}

export interface PlayedSignal {
  /** Close of the bar at which it was issued, Unix ms. */
  closeTime: number;
  analysis: PlayedAnalysis;
  side: 1 | -1;
  /** The outcome of its levels within the horizon, even where the signal was reversed: what `prob_tp_hit` forecasts. */
  levels: Levels;
  /** How the trade ended: at its levels, at the horizon, or reversed by an opposite signal. */
  end: 'tp' | 'sl' | 'expired' | 'reversed';
  /** When and at which price it ended. */
  closedAt: number;
  exit: number;
  /** Result after cost over the distance to SL, and the cost in it. */
  r: number;
  costR: number;
  /** Probability as it was published, from outcomes known before. */
  calibrated: number;
}

/** An entry that a gate refused, and how its levels would have fared. */
export interface WithheldSignal {
  reason: string;
  levels: Pick<Levels, 'end'>;
  r: number;
}

/** What came of one way of playing the analyses of a file. */
export interface Played {
  /** Issued, of those whose whole horizon lies in the data, in the order of their entries. */
  readonly signals: readonly PlayedSignal[];
  /** The same: signals whose price went on in another unit, which have no result. */
  readonly voids: number;
  readonly withheld: readonly WithheldSignal[];
}

/** Keeps what the events of a desk tell, as a store would. */
export function createPlayedSignals() {
  const issued = new Map<string, { signal: Signal; outcome?: Outcome }>();
  /** What has ended, without all that its signal knew: of a sweep there are hundreds of thousands. Undefined: it has no result. */
  const over: { readonly expiresAt: number; readonly played: PlayedSignal | undefined }[] = [];
  const withheld = new Map<string, { entry: Withheld; outcome?: Outcome }>();
  let following = 0;
  const end = (id: string, outcome: Outcome, levels: Outcome): void => {
    const { signal } = issued.get(id)!;
    issued.delete(id);
    over.push({ expiresAt: signal.expires_at, played: playedSignal(signal, outcome, levels) });
    following--;
  };

  return {
    /** Is there a trade whose prices are asked for? */
    get isFollowing() {
      return following > 0;
    },
    take(event: SignalEvent): void {
      if (event.kind === 'opened') {
        issued.set(event.signal.id, { signal: event.signal });
        following++;
      } else if (event.kind === 'resolved') {
        if (event.outcome.status === 'reversed') issued.get(event.id)!.outcome = event.outcome;
        else end(event.id, event.outcome, event.outcome);
      } else if (event.kind === 'levels_resolved') {
        const { id } = event.forecast;
        end(id, issued.get(id)!.outcome!, event.outcome);
      } else if (event.kind === 'withheld') {
        withheld.set(event.withheld.id, { entry: event.withheld });
        following++;
      } else if (event.kind === 'withheld_resolved') {
        withheld.get(event.id)!.outcome = event.outcome;
        following--;
      }
    },
    /** Results are cut at the last full horizon: near the end the signals that met a level early would count and the others would not. */
    played(dataEnd: number): Played {
      const whole = over.filter(({ expiresAt }) => expiresAt <= dataEnd);
      const signals = whole.flatMap(({ played }) => played ?? []).sort((a, b) => a.closeTime - b.closeTime);
      const refused = [...withheld.values()].flatMap(({ entry, outcome }): WithheldSignal[] =>
        outcome === undefined || outcome.r === null || entry.expires_at > dataEnd
          ? []
          : [{ reason: entry.reason, levels: levelsOf(outcome), r: outcome.r }],
      );
      return { signals, voids: whole.length - signals.length, withheld: refused };
    },
  };
}

/** A signal that has ended, as it counts; undefined where it has no result. levels: what they came to, its end unless it was reversed. */
export function playedSignal(signal: Signal, outcome: Outcome, levels: Outcome): PlayedSignal | undefined {
  const { status, r } = outcome;
  if (r === null || status === 'void' || status === 'open' || levels.status === 'void') return undefined;
  return {
    closeTime: signal.close_time,
    analysis: { entry: signal.entry, tp: signal.tp, sl: signal.sl, risk: riskOf(signal) },
    side: signal.signal_type === 'BUY' ? 1 : -1,
    levels: levelsOf(levels),
    end: status,
    closedAt: outcome.resolved_at,
    exit: outcome.exit_price,
    r,
    costR: Number(signal.lineage['cost']) / Math.abs(signal.entry - signal.sl!),
    calibrated: signal.confidence,
  };
}

const riskOf = ({ risk_metrics: risk }: Signal): PlayedAnalysis['risk'] => ({
  probTpHit: risk.prob_tp_hit ?? Number.NaN,
  breakevenProbability: risk.breakeven_probability ?? Number.NaN,
  expectedR: risk.expected_r ?? Number.NaN,
});

const levelsOf = ({ status, resolved_at, exit_price, ambiguous_bar }: Outcome): Levels => ({
  end: status === 'tp' || status === 'sl' ? status : 'neither',
  at: resolved_at,
  exit: exit_price,
  ambiguous: ambiguous_bar,
});

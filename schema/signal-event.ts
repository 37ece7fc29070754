import type { Owned } from './strategies/assignment.ts';
import type { Forecast } from './forecast.ts';
import type { FollowedChange } from './strategies/experience.ts';
import type { Decision, GateVerdict, Outcome, Signal, SignalType } from './signal.ts';
import type { Timeframe } from './timeframe.ts';

/** A BUY or SELL that a gate withheld, followed in the shadow ledger as if it had been issued. Times Unix ms. */
export interface Withheld extends Pick<Owned, 'strategy' | 'assignment' | 'mode'> {
  /** The id the signal would have had. */
  readonly id: string;
  readonly symbol: string;
  readonly timeframe: Timeframe;
  readonly gate: GateVerdict['gate'];
  readonly reason: string;
  readonly signal_type: Exclude<SignalType, 'WAIT'>;
  readonly entry: number;
  readonly tp: number;
  readonly sl: number;
  /** As it would have been published. */
  readonly confidence: number;
  readonly close_time: number;
  readonly created_at: number;
  readonly expires_at: number;
  readonly horizon_bars: number;
}

/**
 * The candles that a signal was analysed on, columns of float64 as base64 (`windowBytes` of operators/analysis). Kept beside the signal so
 * that it can be explained whatever is revised later; never on the wire.
 */
export interface AnalysedWindow {
  readonly window: string;
  /** Of other timeframes, where its strategy was given any. */
  readonly frames?: Readonly<Record<string, string>>;
}

/**
 * Events of one symbol's signals. `opened` and a `decided` that is `changed` are the changes to broadcast; only
 * `opened` is posted. Events of one cause come in this order: resolved, opened, decided, withheld.
 */
export type SignalEvent =
  /** An analysis after its gates: the last decision of its symbol and timeframe. */
  | {
      readonly kind: 'decided';
      readonly decision: Decision;
      /** The state has fallen back to WAIT: broadcast it. An opening is broadcast as `opened`. */
      readonly changed: boolean;
      /** False: too late after its close to alert; shown, nothing else. */
      readonly timely: boolean;
      /** What it has changed of the candidates that its assignment's experience follows: kept, never on the wire. @default nothing */
      readonly followed?: FollowedChange | undefined;
    }
  | ({
      readonly kind: 'opened';
      readonly signal: Signal;
      /** Where it is posted. @default all channels of its cause */
      readonly channels?: readonly string[];
    } & AnalysedWindow)
  | {
      readonly kind: 'resolved';
      readonly id: string;
      readonly symbol: string;
      readonly timeframe: Timeframe;
      /** @default the default one's */
      readonly assignment?: string | undefined;
      readonly outcome: Outcome;
    }
  /** The levels of a reversed signal, followed on unseen, have come to this; never on the wire. */
  | {
      readonly kind: 'levels_resolved';
      readonly forecast: Forecast;
      readonly outcome: Outcome;
    }
  | { readonly kind: 'withheld'; readonly withheld: Withheld }
  | {
      readonly kind: 'withheld_resolved';
      readonly id: string;
      readonly gate: GateVerdict['gate'];
      readonly outcome: Outcome;
    }
  /** This close was decided before, or a later one of its timeframe was: nothing changed. */
  | {
      readonly kind: 'repeated';
      readonly symbol: string;
      readonly timeframe: Timeframe;
      readonly close_time: number;
      /** @default the default one's */
      readonly assignment?: string | undefined;
      readonly source: 'live' | 'posted';
      /** It is older than the last decided one, and was never decided itself. */
      readonly stale: boolean;
      /** The last decision of the timeframe. */
      readonly last: Decision | null;
    };

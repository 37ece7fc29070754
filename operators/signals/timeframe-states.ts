import { placeOf } from '../../schema/strategies/assignment.ts';
import { clockSkewMs } from '../../schema/posted-candles.ts';
import type { Decision, Delivery, Signal } from '../../schema/signal.ts';
import type { Timeframe } from '../../schema/timeframe.ts';
import type { AnalysedClose } from '../analysis/analysed-close.ts';
import { isPosted } from './outcomes/issued-trade.ts';
import type { IssuedEntry } from './gates/risk-gate.ts';
import type { RestoredSignals } from './signal-input.ts';

/** The state of one timeframe of a symbol. */
interface TimeframeState {
  /** The open signal. */
  signal: Signal | null;
  /** Where it is posted. */
  channels: readonly string[];
  /** The last decision. */
  decision: Decision | null;
  /** Latest live close decided, Unix ms. */
  lastLive: number;
  /** Latest close decided of all, Unix ms. */
  last: number;
  /** The latest closes decided, live or posted. */
  readonly decided: Set<number>;
}

/** What a symbol remembers of its decisions, by timeframe, and of its entries. Bounded. */
export interface TimeframeStates {
  of(timeframe: Timeframe): TimeframeState;
  /** Issued entries, oldest first. */
  readonly issued: readonly IssuedEntry[];
  /** Ids of the open signals, by `placeOf`. */
  readonly openIds: ReadonlyMap<string, string>;
  readonly open: readonly Signal[];
  /** The open signals with their channels. */
  readonly ideas: readonly OpenIdea[];
  remember(decision: Decision): void;
  count(signal: Signal): void;
  /** What was known at the last stop. */
  restore(restored: Pick<RestoredSignals, 'signals' | 'decisions'>): void;
  /**
   * Why a close is not to be decided at `now` (Unix ms): `repeated`, it was; `stale`, a later one of its timeframe was. Null where it is
   * to be decided. A decided close ahead of `now` makes none stale: it was decided while the clock was wrong.
   */
  whyNot(
    close: Pick<AnalysedClose, 'timeframe' | 'closeTime' | 'source'>,
    now: number,
  ): 'repeated' | 'stale' | null;
}

/** An open signal, and the channels whose followers have it, or may. */
export interface OpenIdea {
  readonly signal: Signal;
  readonly channels: readonly string[];
}

/** Closes remembered per timeframe besides those that were issued. */
const mostDecided = 64;

/** `mostIssued` entries are kept for the risk gate and against repetition. */
export function createTimeframeStates(mostIssued: number): TimeframeStates {
  const states = new Map<Timeframe, TimeframeState>();
  const issued: IssuedEntry[] = [];
  const of = (timeframe: Timeframe): TimeframeState => {
    const known = states.get(timeframe);
    if (known !== undefined) return known;
    const state = {
      signal: null,
      channels: [],
      decision: null,
      lastLive: 0,
      last: 0,
      decided: new Set<number>(),
    };
    states.set(timeframe, state);
    return state;
  };
  const remember = (decision: Decision): void => {
    const state = of(decision.timeframe);
    state.decided.add(decision.close_time);
    state.last = Math.max(state.last, decision.close_time);
    for (const oldest of state.decided) {
      if (state.decided.size <= mostDecided) break;
      state.decided.delete(oldest);
    }
    if (!isPosted(decision)) state.lastLive = Math.max(state.lastLive, decision.close_time);
  };
  const count = ({ close_time, timeframe, signal_type }: Signal): void => {
    if (signal_type === 'WAIT') return;
    issued.push({ at: close_time, timeframe, signal_type });
    // By number, not by age: posted candles can be of any date.
    if (issued.length > mostIssued) issued.shift();
  };
  return {
    of,
    issued,
    remember,
    count,
    get openIds() {
      const open = new Map<string, string>();
      for (const { signal } of states.values()) if (signal !== null) open.set(placeOf(signal), signal.id);
      return open;
    },
    get ideas() {
      return [...states.values()].flatMap(({ signal, channels }) =>
        signal === null ? [] : { signal, channels },
      );
    },
    get open() {
      return [...states.values()].flatMap(({ signal }) => signal ?? []);
    },
    restore({ signals, decisions }) {
      for (const signal of signals.toSorted((a, b) => a.created_at - b.created_at)) {
        remember(signal);
        count(signal);
        if (signal.status !== 'open') continue;
        const state = of(signal.timeframe);
        state.signal = signal;
        state.channels = signal.deliveries.filter(isTold).map(({ channel }) => channel);
      }
      for (const decision of decisions) {
        remember(decision);
        of(decision.timeframe).decision = decision;
      }
    },
    whyNot({ timeframe, closeTime, source }, now) {
      const { decided, lastLive, last } = of(timeframe);
      const isKnown = (entry: IssuedEntry) => entry.at === closeTime && entry.timeframe === timeframe;
      if (decided.has(closeTime) || issued.some(isKnown)) return 'repeated';
      const isLater = (time: number) => time > closeTime && time <= now + clockSkewMs;
      const isStale =
        (source === 'live' && closeTime <= lastLive) || (last > closeTime && decided.values().some(isLater));
      return isStale ? 'stale' : null;
    },
  };
}

/** Have the followers of a channel got it, or may they? */
const isTold = ({ state }: Delivery): boolean =>
  state !== 'failed' && state !== 'expired' && state !== 'superseded';

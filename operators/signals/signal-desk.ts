import { isRestated } from '../../models/chart/is-restated.ts';
import { type JumpLimits, jumpLimitsOf } from '../../models/chart/jump-limits.ts';
import { type Assignment, DEFAULT_ASSIGNMENT, ownerOf } from '../../schema/strategies/assignment.ts';
import type { Candle } from '../../schema/candle.ts';
import type { CalendarState } from '../../schema/calendar.ts';
import { assetClassOf } from '../../schema/symbol/instrument.ts';
import type { SignalEvent } from '../../schema/signal-event.ts';
import { Decision, type GateVerdict, type Signal } from '../../schema/signal.ts';
import { type Timeframe, timeframeMs } from '../../schema/timeframe.ts';
import type { AnalysedClose } from '../analysis/analysed-close.ts';
import { stretchesOf } from '../candles/minutes/stored-minutes.ts';
import { afterEnd } from './after-end.ts';
import { type GateContext, passGates } from './gates/pass-gates.ts';
import { createFollowedTrades } from './outcomes/followed-trades.ts';
import { isPosted, type IssuedTrade } from './outcomes/issued-trade.ts';
import type { Ended } from './outcomes/trade-book.ts';
import type { Standing } from './signal-changes.ts';
import { signalId } from './signal-id.ts';
import { NOTHING_RESTORED, type RestoredSignals, type SignalInput } from './signal-input.ts';
import { createTimeframeStates, type OpenIdea } from './timeframe-states.ts';

export interface SignalDeskOptions extends Pick<GateContext, 'news' | 'risk'> {
  readonly symbol: string;
  /** Unix ms. */
  readonly now: () => number;
  readonly calendar: () => CalendarState;
  /** Close of the `bars`-th market bar after a close; see `horizonEnd`. */
  readonly expiresAt: (timeframe: Timeframe, closeTime: number, bars: number) => number;
  /** Cost of entry and exit at a price, price units; for restored signals that carry none. */
  readonly costOf: (price: number) => number;
  /** How long before it is noticed an interruption may have begun: prices of then were on their way, ms. @default 0 */
  readonly unsettledMs?: () => number;
  /** The closed candles known of a timeframe, oldest first: they stand in where the minutes of an outage never came. @default none */
  readonly candlesOf?: (timeframe: Timeframe) => readonly Candle[];
  readonly restored?: RestoredSignals;
  /** Is the symbol configured? The prices of one that a visitor asked for end no signal of posted candles. @default true */
  readonly isConfigured?: boolean;
  /** Between two prices further apart than these the unit has changed, which ends a signal as `void`. @default those of the asset class */
  readonly jumps?: JumpLimits;
  /** Whose signals they are, and where they are posted. @default the default assignment's, everywhere */
  readonly assignment?: DeskAssignment;
  /** The signal that followers of a channel have open of another assignment, in a timeframe of this symbol. @default none */
  readonly takenBy?: (channel: string, timeframe: Timeframe) => Signal | undefined;
}

/** What a desk knows of its assignment. */
export type DeskAssignment = Pick<Assignment, 'id' | 'channels' | 'sharesChannels'>;

/** A desk keeps a symbol's signals, as a trading desk keeps its positions. What it answers: an event, or the state of a timeframe after a decision or an end, whether it has changed or not. */
export type DeskStep = SignalEvent | { readonly kind: 'standing'; readonly standing: Standing };

/** Opens, follows and ends the signals of one symbol. Each call returns the steps it caused, in order. */
export interface SignalDesk {
  /** Ids of the signals open now, by `placeOf`. */
  readonly openIds: ReadonlyMap<string, string>;
  /** The signals open now, and where each is posted. */
  readonly ideas: readonly OpenIdea[];
  /** Follows the restored trades over the stored minutes; called once, before anything else. */
  start(): readonly DeskStep[];
  accept(input: SignalInput): readonly DeskStep[];
  /** Ends what is past its time by the clock, without a price. Costs nothing while no trade is followed. */
  expire(): readonly DeskStep[];
  /** Ends all open signals as reversed, at the last price known of each. */
  endAll(): readonly DeskStep[];
  /** Trades being followed: issued, withheld, or reversed. */
  readonly following: number;
}

/**
 * The state machine of one symbol's signals of one assignment, for each timeframe on its own. WAIT: no signal is open. BUY, SELL: one is, the position.
 * "Entry" is a timely BUY or SELL in a direction that is not open and that every gate has passed.
 *
 * | state     | event                                                  | next      | steps, in order                                  |
 * |-----------|--------------------------------------------------------|-----------|--------------------------------------------------|
 * | any       | close already decided, or older than one that is       | unchanged | repeated                                         |
 * | any       | close analysed as WAIT                                 | unchanged | standing, decided                                |
 * | BUY, SELL | close analysed in the open direction                   | unchanged | standing, decided                                |
 * | any       | timely BUY or SELL that a gate refuses                 | unchanged | standing, decided (a WAIT), withheld if new      |
 * | any       | close that is not timely                               | unchanged | standing, decided                                |
 * | WAIT      | entry                                                  | BUY, SELL | standing (opened), decided                       |
 * | BUY, SELL | entry of the opposite direction                        | opposite  | resolved (reversed), standing (opened), decided  |
 * | BUY, SELL | price at TP or SL, horizon over, price in another unit | WAIT      | resolved (tp, sl, expired, void), standing       |
 * | any       | a withheld or reversed signal would have ended         | unchanged | withheld_resolved, levels_resolved               |
 * | any       | entry that was over before its issue                   | WAIT      | after standing and decided: resolved, standing   |
 * | any       | refused entry that was over before its issue           | unchanged | after withheld: withheld_resolved                |
 * | any       | outage begins or ends                                  | unchanged | none: ends are held until the minutes have come  |
 *
 * `signalChanges` compares each standing with the one before and emits `opened`, or `decided` with `changed`, where they differ. Prices
 * come as ticks, as minutes from REST or the store, and, for posted signals, as the bars of the posted window, which are followed before
 * that window is analysed: a posted close can begin with `resolved`. A reversal resolves as `tp` or `sl` where that level was reached
 * during an outage. An open signal outlives a WAIT, another call in its own direction, and an opposite one that a gate refuses. Withheld
 * and reversed signals are followed to where they would have ended, for statistics alone.
 */
export function createSignalDesk(options: SignalDeskOptions): SignalDesk {
  const { symbol, now, calendar, news, risk, expiresAt, costOf, restored = NOTHING_RESTORED } = options;
  const {
    isConfigured = true,
    candlesOf = () => nothing,
    assignment,
    takenBy,
    unsettledMs = () => 0,
  } = options;
  const { jumps = jumpLimitsOf(assetClassOf(symbol)) } = options;
  // Enough entries to tell whether the day's limit is reached, and to recognise a close that comes again.
  const states = createTimeframeStates(Math.max(256, risk.maxPerDay + 1));

  const backToWait = ({ trade: { signal }, outcome }: Ended<IssuedTrade>): DeskStep[] => {
    const { timeframe } = signal;
    const state = states.of(timeframe);
    if (state.signal?.id !== signal.id) return [];
    const decision = afterEnd(signal, outcome, state.decision ?? Decision.parse(signal));
    state.signal = null;
    state.channels = [];
    state.decision = decision;
    return [{ kind: 'standing', standing: { timeframe, signal: null, decision, columns: null } }];
  };
  const onEnd = (end: Ended<IssuedTrade>): readonly DeskStep[] => [resolved(end), ...backToWait(end)];
  const trades = createFollowedTrades<DeskStep>({
    isConfigured,
    startedAt: now(),
    costOf,
    candlesOf,
    restated: (before, after) => isRestated(jumps, before, after),
    restored,
    onEnd,
  });
  states.restore(restored);

  const decide = (close: AnalysedClose): readonly DeskStep[] => {
    const { timeframe, closeTime, columns, frames = {}, timely, source } = close;
    const whyNot = states.whyNot(close, now());
    if (whyNot !== null) {
      const stale = whyNot === 'stale';
      const last = states.of(timeframe).decision;
      const whose = ownerOf(close.decision).assignment;
      const of = whose === DEFAULT_ASSIGNMENT ? {} : { assignment: whose };
      return [{ kind: 'repeated', symbol, timeframe, close_time: closeTime, ...of, source, stale, last }];
    }
    const steps: DeskStep[] = source === 'posted' ? [...trades.posted(timeframe, columns)] : [];
    const state = states.of(timeframe);
    const before = state.signal;
    const { decision, refusal, isEntry, channels } = passGates(close, {
      calendar: calendar(),
      news,
      risk,
      issued: states.issued,
      open: before?.signal_type ?? null,
      rangeSince: trades.rangeSince,
      ...(assignment !== undefined && {
        channels: {
          all: assignment.channels,
          takenBy: (channel) => (assignment.sharesChannels ? undefined : takenBy?.(channel, timeframe)),
        },
      }),
    });
    states.remember(decision);
    state.decision = decision;
    if (isEntry) {
      const reversed = before && trades.reverse(before, reversalPrice(before, decision), closeTime);
      if (reversed !== null) steps.push(resolved(reversed));
      const signal: Signal = {
        ...decision,
        ...(!isConfigured && source === 'live' && { lineage: { ...decision.lineage, audience: 'visitors' } }),
        ...idAndHorizon(close),
        status: 'open',
        outcome: null,
        deliveries: [],
      };
      states.count(signal);
      state.signal = signal;
      state.channels = channels ?? [];
    }
    const standing = state.signal;
    const posted = isEntry && channels !== undefined && { channels };
    steps.push({
      kind: 'standing',
      standing: { timeframe, signal: standing, decision, columns, frames, ...posted },
    });
    steps.push({ kind: 'decided', decision, changed: false, timely, followed: close.followed });
    const refused = timely && refusal !== null ? refusedEntry(close, refusal, before) : null;
    if (refused !== null)
      steps.push(...trades.withhold({ ...refused, ...idAndHorizon(close) }, close.cost, source));
    // Last: what was heard since its close may end it at once, which takes its state back to WAIT.
    if (isEntry && standing !== null) steps.push(...trades.issue(standing));
    return steps;
  };

  const idAndHorizon = (close: AnalysedClose) => idAndHorizonOf(close, now(), expiresAt);

  return {
    get openIds() {
      return states.openIds;
    },
    get ideas() {
      return states.ideas;
    },
    start: () =>
      stretchesOf(restored.minutes).flatMap(({ from, to, bars }) => trades.minutes(from, to, bars)),
    accept(input) {
      if (input.kind === 'analysed') return decide(input);
      if (input.kind === 'minutes') return trades.minutes(input.from, input.to, input.bars);
      if (input.kind === 'interruption') trades.interruption(input.from - unsettledMs(), input.to);
      return input.kind === 'tick' ? trades.tick(input.tick) : nothing;
    },
    expire: () => trades.expire(now()),
    endAll: () =>
      states.open.flatMap((signal): readonly DeskStep[] => {
        const end = trades.reverse(signal, null, now());
        return end === null ? nothing : onEnd(end);
      }),
    get following() {
      return trades.size;
    },
  };
}

const nothing: readonly never[] = [];

const resolved = ({ trade: { signal }, outcome }: Ended<IssuedTrade>): SignalEvent => ({
  kind: 'resolved',
  id: signal.id,
  symbol: signal.symbol,
  timeframe: signal.timeframe,
  ...(signal.assignment !== undefined && { assignment: signal.assignment }),
  outcome,
});

/** The entry that a gate has refused, for statistics; null where the close had none, or one in the direction that is open. */
function refusedEntry(
  { symbol, timeframe, closeTime: close_time, decision }: AnalysedClose,
  { gate, reason = gate }: GateVerdict,
  open: Signal | null,
) {
  const { signal_type, entry, tp, sl, confidence, strategy, assignment, mode } = decision;
  if (signal_type === 'WAIT' || tp === null || sl === null || signal_type === open?.signal_type) return null;
  const owner = assignment === undefined ? {} : { strategy, assignment, mode };
  return { symbol, timeframe, ...owner, close_time, gate, reason, signal_type, entry, tp, sl, confidence };
}

/** The id and the horizon of the signal of a close, issued or withheld at `now`, Unix ms. */
function idAndHorizonOf(
  { symbol, timeframe, closeTime, horizonBars, source, decision }: AnalysedClose,
  now: number,
  expiresAt: SignalDeskOptions['expiresAt'],
) {
  return {
    id: signalId(symbol, timeframe, closeTime, ownerOf(decision).assignment),
    created_at: now,
    // A posted candle counts as just closed, whatever its date, and knows no market hours.
    expires_at:
      source === 'live'
        ? expiresAt(timeframe, closeTime, horizonBars)
        : now + horizonBars * timeframeMs[timeframe],
    horizon_bars: horizonBars,
  };
}

/**
 * Price at which an entry of the opposite direction ends a signal. Posted candles and the live feed of a symbol can be of different markets:
 * where one ends a signal of the other, a price outside the signal's levels is not of its market, so null.
 */
function reversalPrice(before: Signal, decision: Decision): number | null {
  const { entry } = decision;
  const { tp, sl } = before;
  if (isPosted(before) === isPosted(decision) || tp === null || sl === null) return entry;
  return (entry - sl) * (tp - entry) > 0 ? entry : null;
}

import { isRestated } from '../../models/chart/is-restated.ts';
import { type JumpLimits, jumpLimitsOf } from '../../models/chart/jump-limits.ts';
import type { Candle } from '../../schema/candle.ts';
import type { CalendarState } from '../../schema/calendar.ts';
import { assetClassOf } from '../../schema/symbol/instrument.ts';
import type { SignalEvent } from '../../schema/signal-event.ts';
import { Decision, type GateVerdict, type Outcome, type Signal } from '../../schema/signal.ts';
import { type Timeframe, timeframeMs } from '../../schema/timeframe.ts';
import type { AnalysedClose } from '../analysis/analysed-close.ts';
import { stretchesOf } from '../candles/minutes/stored-minutes.ts';
import { toWait } from './gates/apply-gate.ts';
import { type GateContext, passGates } from './gates/pass-gates.ts';
import { createFollowedTrades } from './outcomes/followed-trades.ts';
import { isPosted, type IssuedTrade } from './outcomes/issued-trade.ts';
import type { Ended } from './outcomes/trade-book.ts';
import type { Standing } from './signal-changes.ts';
import { signalId } from './signal-id.ts';
import { NOTHING_RESTORED, type RestoredSignals, type SignalInput } from './signal-input.ts';
import { createTimeframeStates } from './timeframe-states.ts';

export interface SignalDeskOptions extends Pick<GateContext, 'news' | 'risk'> {
  readonly symbol: string;
  /** Unix ms. */
  readonly now: () => number;
  readonly calendar: () => CalendarState;
  /** Close of the `bars`-th market bar after a close; see `horizonEnd`. */
  readonly expiresAt: (timeframe: Timeframe, closeTime: number, bars: number) => number;
  /** Cost of entry and exit at a price, price units, where a restored signal carries none. */
  readonly costOf: (price: number) => number;
  /** The closed candles known of a timeframe, oldest first: they stand in for the minutes of an outage that never came. @default none */
  readonly candlesOf?: (timeframe: Timeframe) => readonly Candle[];
  readonly restored?: RestoredSignals;
  /** Is the symbol configured? The feed of another, which a visitor has asked for, ends no signal of posted candles. @default true */
  readonly isFollowed?: boolean;
  /** What ends a signal as `void`. @default those of the symbol's asset class */
  readonly jumps?: JumpLimits;
}

/** A step of a desk: an event, or the state of a timeframe after a decision or an end, changed or not. */
export type DeskStep = SignalEvent | { readonly kind: 'standing'; readonly standing: Standing };

/** The signals of one symbol. Each call returns the steps it caused, in order. */
export interface SignalDesk {
  /** Ids of the signals open now. */
  readonly openIds: ReadonlyMap<Timeframe, string>;
  /** Ends of the restored trades that the stored minutes hold; called once, before anything else. */
  start(): readonly DeskStep[];
  accept(input: SignalInput): readonly DeskStep[];
  /** Ends what is past its time by the clock, without a price. Costs nothing while no trade is followed. */
  expire(): readonly DeskStep[];
  /** Trades being followed: issued, withheld, or reversed. */
  readonly following: number;
}

/**
 * The state machine of one symbol's signals, for each timeframe on its own. WAIT: no signal is open. BUY, SELL: one is, the position.
 * "Entry" is a timely BUY or SELL in a direction that is not open and that every gate has passed.
 *
 * | state     | event                                                  | next      | steps, in order                                  |
 * |-----------|--------------------------------------------------------|-----------|--------------------------------------------------|
 * | any       | close decided before, or older than one that was       | unchanged | repeated                                         |
 * | any       | close analysed as WAIT                                 | unchanged | standing, decided                                |
 * | BUY, SELL | close analysed in the open direction                   | unchanged | standing, decided                                |
 * | any       | timely BUY or SELL that a gate refuses                 | unchanged | standing, decided (a WAIT), withheld if new      |
 * | any       | close that is not timely                               | unchanged | standing, decided                                |
 * | WAIT      | entry                                                  | BUY, SELL | standing (opened), decided                       |
 * | BUY, SELL | entry of the opposite direction                        | opposite  | resolved (reversed), standing (opened), decided  |
 * | BUY, SELL | price at TP or SL, horizon over, price in another unit | WAIT      | resolved (tp, sl, expired, void), standing       |
 * | any       | withheld or reversed signal at the end of its levels   | unchanged | withheld_resolved, levels_resolved               |
 * | any       | outage begins or ends                                  | unchanged | none: ends are held until the minutes have come  |
 *
 * `signalChanges` makes an `opened`, or a `decided` that is `changed`, of each standing that differs from the one before. Prices come
 * as ticks, as minutes from REST or the store, and, for posted signals, as bars of the posted window, which decide before its analysis
 * does. A reversal resolves as `tp` or `sl` where an outage held that level. An open signal outlives a WAIT, its own direction and a
 * refusal: the opposite direction ends it only with an entry of its own, through the risk gate.
 */
export function createSignalDesk(options: SignalDeskOptions): SignalDesk {
  const { symbol, now, calendar, news, risk, expiresAt, costOf, restored = NOTHING_RESTORED } = options;
  const { isFollowed = true, candlesOf = () => nothing } = options;
  const { jumps = jumpLimitsOf(assetClassOf(symbol)) } = options;
  const states = createTimeframeStates(Math.max(256, risk.maxPerDay + 1));
  let lastTime = 0;
  let lastPrice = 0;

  const backToWait = ({ trade: { signal }, outcome }: Ended<IssuedTrade>): DeskStep[] => {
    const { timeframe } = signal;
    const state = states.of(timeframe);
    if (state.signal?.id !== signal.id) return [];
    const decision = afterEnd(signal, outcome, state.decision ?? Decision.parse(signal));
    state.signal = null;
    state.decision = decision;
    return [{ kind: 'standing', standing: { timeframe, signal: null, decision, columns: null } }];
  };
  const trades = createFollowedTrades<DeskStep>({
    isFollowed,
    startedAt: now(),
    costOf,
    candlesOf,
    restated: (before, after) => isRestated(jumps, before, after),
    restored,
    onEnd: (over) => [resolved(over), ...backToWait(over)],
  });
  states.restore(restored);

  const decide = (close: AnalysedClose): readonly DeskStep[] => {
    const { timeframe, closeTime, columns, timely, source } = close;
    const whyNot = states.whyNot(close, now());
    if (whyNot !== null) {
      const [stale, last] = [whyNot === 'stale', states.of(timeframe).decision];
      return [{ kind: 'repeated', symbol, timeframe, close_time: closeTime, source, stale, last }];
    }
    const steps: DeskStep[] = source === 'posted' ? [...trades.posted(timeframe, columns)] : [];
    const state = states.of(timeframe);
    const before = state.signal;
    const { decision, refusal, isEntry } = passGates(close, {
      calendar: calendar(),
      news,
      risk,
      issued: states.issued,
      open: before?.signal_type ?? null,
      lastPrice: lastTime >= closeTime ? lastPrice : null,
    });
    states.remember(decision);
    state.decision = decision;
    if (isEntry) {
      const over = before && trades.reverse(before, reversalPrice(before, decision), closeTime);
      if (over !== null) steps.push(resolved(over));
      const signal: Signal = { ...decision, ...lifeOf(close), status: 'open', outcome: null, deliveries: [] };
      states.count(signal);
      trades.issue(signal);
      state.signal = signal;
    }
    steps.push({ kind: 'standing', standing: { timeframe, signal: state.signal, decision, columns } });
    steps.push({ kind: 'decided', decision, changed: false, timely });
    if (timely && refusal !== null) steps.push(...withhold(close, refusal, before));
    return steps;
  };

  const lifeOf = (close: AnalysedClose) => lifeOfClose(close, now(), expiresAt);
  const withhold = (close: AnalysedClose, refusal: GateVerdict, current: Signal | null): DeskStep[] => {
    const { signal_type, entry, tp, sl, confidence } = close.decision;
    if (signal_type === 'WAIT' || tp === null || sl === null || signal_type === current?.signal_type)
      return [];
    const { gate, reason = gate } = refusal;
    const { timeframe, closeTime: close_time, cost } = close;
    const idea = { symbol, timeframe, close_time, gate, reason, signal_type, entry, tp, sl, confidence };
    const event = trades.withhold({ ...idea, ...lifeOf(close) }, cost);
    return event === null ? [] : [event];
  };

  return {
    get openIds() {
      return states.openIds;
    },
    start: () =>
      stretchesOf(restored.minutes).flatMap(({ from, to, bars }) => trades.minutes(from, to, bars)),
    accept(input) {
      if (input.kind === 'tick') {
        lastTime = input.tick.eventTime;
        lastPrice = input.tick.price;
        return trades.tick(input.tick);
      }
      if (input.kind === 'interruption') {
        trades.interruption(input.from, input.to);
        return nothing;
      }
      return input.kind === 'minutes' ? trades.minutes(input.from, input.to, input.bars) : decide(input);
    },
    expire: () => trades.expire(now()),
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
  outcome,
});

/** The id and the horizon of the signal of a close, issued or withheld at `now`, Unix ms. */
function lifeOfClose(
  { symbol, timeframe, closeTime, horizonBars, source }: AnalysedClose,
  now: number,
  expiresAt: SignalDeskOptions['expiresAt'],
) {
  return {
    id: signalId(symbol, timeframe, closeTime),
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
 * Price at which the opposite direction ends a signal. Posted candles beside a live feed can be of another market: a price outside the
 * levels of a signal of the other source is none of its own, so null.
 */
function reversalPrice(before: Signal, decision: Decision): number | null {
  const { entry } = decision;
  const { tp, sl } = before;
  if (isPosted(before) === isPosted(decision) || tp === null || sl === null) return entry;
  return (entry - sl) * (tp - entry) > 0 ? entry : null;
}

/** The WAIT that follows the end of a signal, until the next close is analysed. */
function afterEnd(signal: Signal, { status, reason }: Outcome, latest: Decision): Decision {
  const how = reason === undefined ? status : `${status}, for ${reason}`;
  const why = `The ${signal.signal_type} at ${signal.entry} has ended: ${how}.`;
  return toWait(latest, latest.signal_type === 'WAIT' ? `${why} ${latest.reasoning}` : why);
}

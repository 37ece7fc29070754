import { isRestated } from '../../models/chart/is-restated.ts';
import { type JumpLimits, jumpLimitsOf } from '../../models/chart/jump-limits.ts';
import type { Bar, Candle } from '../../schema/candle.ts';
import type { CalendarState } from '../../schema/calendar.ts';
import { assetClassOf } from '../../schema/instrument.ts';
import type { SignalEvent } from '../../schema/signal-event.ts';
import { Decision, type GateVerdict, type Outcome, type Signal } from '../../schema/signal.ts';
import { type Timeframe, timeframeMs } from '../../schema/timeframe.ts';
import type { AnalysedClose } from '../analysis/analysed-close.ts';
import { toWait } from './gates/apply-gate.ts';
import { barsOfColumns } from '../candles/candle-columns-of.ts';
import { createGhostBook } from './outcomes/ghost-book.ts';
import { isOnFeed, isPosted, issuedTrade, type IssuedTrade } from './outcomes/issued-trade.ts';
import { judgeClose, type JudgeContext } from './judge-close.ts';
import { createShadowLedger } from './outcomes/shadow-ledger.ts';
import type { Standing } from './signal-changes.ts';
import { signalId } from './signal-id.ts';
import { NOTHING_RESTORED, type RestoredSignals, type SignalInput } from './signal-input.ts';
import { stretchesOf } from '../candles/stored-minutes.ts';
import { createTimeframeStates } from './timeframe-states.ts';
import { createTradeBook, type Ended } from './outcomes/trade-book.ts';

export interface SignalDeskOptions extends Pick<JudgeContext, 'news' | 'risk'> {
  readonly symbol: string;
  /** Unix ms. */
  readonly now: () => number;
  readonly calendar: () => CalendarState;
  /** Close of the `bars`-th market bar after a close; see `horizonEnd`. */
  readonly expiresAt: (timeframe: Timeframe, closeTime: number, bars: number) => number;
  /** Cost of entry and exit at a price, price units, where a restored signal does not say it. */
  readonly costOf: (price: number) => number;
  /** The closed candles known of a timeframe, oldest first: they stand in for the minutes of a gap that never came. @default none */
  readonly candlesOf?: (timeframe: Timeframe) => readonly Candle[];
  readonly restored?: RestoredSignals;
  /** Is the symbol configured? The feed of another, which a visitor has asked for, ends no signal of posted candles. @default true */
  readonly isFollowed?: boolean;
  /** What ends a signal as `void`. @default those of the symbol's asset class */
  readonly jumps?: JumpLimits;
}

/** What a desk answers: events, and where a timeframe now stands, changed or not. */
export type DeskStep = SignalEvent | { readonly kind: 'standing'; readonly standing: Standing };

/** The signals of one symbol. Each call answers with what it caused, in order. */
export interface SignalDesk {
  /** Ids of the signals open now. */
  readonly openIds: ReadonlyMap<Timeframe, string>;
  /** What the stored minutes decided; asked for once, first. */
  start(): readonly DeskStep[];
  accept(input: SignalInput): readonly DeskStep[];
  /** The time, for what waits in vain. Costs nothing while nothing is followed. */
  time(): readonly DeskStep[];
  /** Trades being followed: issued, withheld, or reversed and followed on. */
  readonly following: number;
}

const nothing: readonly never[] = [];

/**
 * The state machine of design §5 for every timeframe of one symbol: WAIT → BUY or SELL → resolved → WAIT. An open signal
 * stands: WAIT and the same direction change nothing, a gate that refuses changes nothing either, so the opposite
 * direction ends it only if its own entry passes the risk gate. What is not timely opens and ends nothing.
 */
export function createSignalDesk(options: SignalDeskOptions): SignalDesk {
  const { symbol, now, calendar, news, risk, expiresAt, costOf, restored = NOTHING_RESTORED } = options;
  const {
    isFollowed = true,
    candlesOf = () => nothing,
    jumps = jumpLimitsOf(assetClassOf(symbol)),
  } = options;
  const startedAt = now();
  const states = createTimeframeStates(Math.max(256, risk.maxPerDay + 1));
  const book = createTradeBook<IssuedTrade>({
    followsFeed: isOnFeed,
    candlesFor: ({ signal }) => candlesOf(signal.timeframe),
  });
  const restated = (before: number, after: number): boolean => isRestated(jumps, before, after);
  const shadow = createShadowLedger(restored.withheld, costOf, startedAt, candlesOf, restated);
  const ghosts = createGhostBook(restored.ghosts, costOf, startedAt, candlesOf, restated);
  const tradeOf = (signal: Signal): IssuedTrade => {
    const trade = issuedTrade(signal, costOf, restated);
    return trade.posted && !isFollowed ? { ...trade, onFeed: false } : trade;
  };
  let lastTime = 0;
  let lastPrice = 0;

  for (const signal of restored.signals.toSorted((a, b) => a.created_at - b.created_at)) {
    states.remember(signal);
    states.count(signal);
    if (signal.status !== 'open') continue;
    states.of(signal.timeframe).signal = signal;
    book.add(tradeOf(signal), isPosted(signal) ? undefined : startedAt);
  }
  for (const decision of restored.decisions) {
    states.remember(decision);
    states.of(decision.timeframe).decision = decision;
  }

  const decide = (close: AnalysedClose): readonly DeskStep[] => {
    const { timeframe, closeTime, columns, timely, source } = close;
    const whyNot = states.whyNot(close, now());
    if (whyNot !== null) {
      const [stale, last] = [whyNot === 'stale', states.of(timeframe).decision];
      return [{ kind: 'repeated', symbol, timeframe, close_time: closeTime, source, stale, last }];
    }
    const steps: DeskStep[] = source === 'posted' ? [...followPosted(close)] : [];
    const state = states.of(timeframe);
    const before = state.signal;
    const { decision, refusal, isNew } = judgeClose(close, {
      calendar: calendar(),
      news,
      risk,
      issued: states.issued,
      open: before?.signal_type ?? null,
      lastPrice: lastTime >= closeTime ? lastPrice : null,
    });
    states.remember(decision);
    state.decision = decision;
    if (isNew) {
      const standing = before && book.copy(before.id);
      const over = before && book.end(before.id, 'reversed', reversalPrice(before, decision), closeTime);
      if (over !== null) steps.push(resolved(over));
      if (standing !== null && over?.outcome.status === 'reversed') ghosts.follow(standing);
      state.signal = open(close, decision);
    }
    steps.push({ kind: 'standing', standing: { timeframe, signal: state.signal, decision, columns } });
    steps.push({ kind: 'decided', decision, changed: false, timely });
    if (timely && refusal !== null) steps.push(...withhold(close, refusal, before));
    return steps;
  };

  const open = (close: AnalysedClose, decision: Decision): Signal => {
    const signal: Signal = { ...decision, ...lifeOf(close), status: 'open', outcome: null, deliveries: [] };
    states.count(signal);
    book.add(tradeOf(signal));
    return signal;
  };

  const withhold = (close: AnalysedClose, refusal: GateVerdict, current: Signal | null): DeskStep[] => {
    const { signal_type, entry, tp, sl, confidence } = close.decision;
    if (signal_type === 'WAIT' || tp === null || sl === null || signal_type === current?.signal_type)
      return [];
    const { gate, reason = gate } = refusal;
    const { timeframe, closeTime: close_time, cost } = close;
    const idea = { symbol, timeframe, close_time, gate, reason, signal_type, entry, tp, sl, confidence };
    const event = shadow.withhold({ ...idea, ...lifeOf(close) }, cost);
    return event === null ? [] : [event];
  };

  const lifeOf = ({ timeframe, closeTime, horizonBars, source }: AnalysedClose) => ({
    id: signalId(symbol, timeframe, closeTime),
    created_at: now(),
    // A posted candle counts as just closed, whatever its date, and knows no market hours.
    expires_at:
      source === 'live'
        ? expiresAt(timeframe, closeTime, horizonBars)
        : now() + horizonBars * timeframeMs[timeframe],
    horizon_bars: horizonBars,
  });

  const resolved = ({ trade, outcome }: Ended<IssuedTrade>): SignalEvent => {
    const { id, timeframe } = trade.signal;
    return { kind: 'resolved', id, symbol, timeframe, outcome };
  };
  const resolve = (all: readonly Ended<IssuedTrade>[]): readonly DeskStep[] =>
    all.length === 0 ? nothing : all.flatMap((one) => [resolved(one), ...backToWait(one)]);

  const backToWait = ({ trade: { signal }, outcome }: Ended<IssuedTrade>): DeskStep[] => {
    const { timeframe } = signal;
    const state = states.of(timeframe);
    if (state.signal?.id !== signal.id) return [];
    const decision = afterEnd(signal, outcome, state.decision ?? Decision.parse(signal));
    state.signal = null;
    state.decision = decision;
    return [{ kind: 'standing', standing: { timeframe, signal: null, decision, columns: null } }];
  };

  /** A posted window holds the bars since the last one: what they did to the posted signal that is open. */
  const followPosted = ({ timeframe, columns }: AnalysedClose): readonly DeskStep[] => {
    const isTheirs = (trade: IssuedTrade): boolean => trade.posted && trade.signal.timeframe === timeframe;
    if (book.size === 0 && ghosts.size === 0) return nothing;
    const bars = barsOfColumns(columns);
    const length = timeframeMs[timeframe];
    return [...resolve(book.bars(bars, length, isTheirs)), ...ghosts.posted(timeframe, bars, length)];
  };
  const minutes = (from: number, to: number, bars: readonly Bar[]): readonly DeskStep[] => [
    ...resolve(book.minutes(from, to, bars)),
    ...shadow.minutes(from, to, bars),
    ...ghosts.minutes(from, to, bars),
  ];

  return {
    get openIds() {
      return states.openIds;
    },
    start: () => stretchesOf(restored.minutes).flatMap(({ from, to, bars }) => minutes(from, to, bars)),
    accept(input) {
      if (input.kind === 'tick') {
        lastTime = input.tick.eventTime;
        lastPrice = input.tick.price;
        if (book.size === 0 && shadow.size === 0 && ghosts.size === 0) return nothing;
        const over = resolve(book.tick(input.tick));
        const unseen = [...shadow.tick(input.tick), ...ghosts.tick(input.tick)];
        return over.length === 0 ? unseen : [...over, ...unseen];
      }
      if (input.kind === 'interruption') {
        book.interruption(input.from, input.to);
        shadow.interruption(input.from, input.to);
        ghosts.interruption(input.from, input.to);
        return nothing;
      }
      return input.kind === 'minutes' ? minutes(input.from, input.to, input.bars) : decide(input);
    },
    time: () => [...resolve(book.time(now())), ...shadow.time(now()), ...ghosts.time(now())],
    get following() {
      return book.size + shadow.size + ghosts.size;
    },
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

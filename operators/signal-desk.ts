import type { Candle } from '../schema/candle.ts';
import type { CalendarState } from '../schema/calendar.ts';
import type { MarketInput } from '../schema/market-event.ts';
import type { SignalEvent, Withheld } from '../schema/signal-event.ts';
import type { Decision, GateVerdict, Signal } from '../schema/signal.ts';
import { type Timeframe, timeframeMs } from '../schema/timeframe.ts';
import type { AnalysedClose } from './analysed-close.ts';
import { applyGate, toWait } from './apply-gate.ts';
import { dataQualityGate } from './data-quality-gate.ts';
import { newsGate } from './news-gate.ts';
import { openTrade, type Trade } from './outcomes.ts';
import { type IssuedEntry, riskGate, type RiskLimits } from './risk-gate.ts';
import { createShadowLedger } from './shadow-ledger.ts';
import type { Standing } from './signal-changes.ts';
import { signalId } from './signal-id.ts';
import { createTradeBook, type Ended } from './trade-book.ts';
import { volatilityRatio } from './volatility-ratio.ts';

/** What a symbol's signals are told: its market, and the analyses of its closes. */
export type SignalInput = MarketInput | AnalysedClose;

/** What was known at the last stop. */
export interface RestoredSignals {
  /** The open ones, and every one issued within the last day, whatever its state (twelve bars for longer timeframes). */
  readonly signals: readonly Signal[];
  /** The last decision of each timeframe. */
  readonly decisions: readonly Decision[];
  /** Open entries of the shadow ledger. */
  readonly withheld: readonly Withheld[];
  /** Stored 1min candles since the earliest of those began, oldest first. */
  readonly minutes: readonly Candle[];
}

export interface SignalDeskOptions {
  readonly symbol: string;
  /** Unix ms. */
  readonly now: () => number;
  readonly calendar: () => CalendarState;
  readonly news: {
    readonly beforeMs: number;
    readonly afterMs: number;
    readonly failMode: 'open' | 'closed';
  };
  readonly risk: RiskLimits;
  /** Close of the `bars`-th market bar after a close; see `horizonEnd`. */
  readonly expiresAt: (timeframe: Timeframe, closeTime: number, bars: number) => number;
  /** Cost of entry and exit at a price, price units, where a restored signal does not say it. */
  readonly costOf: (price: number) => number;
  readonly restored?: RestoredSignals;
}

/** What a desk answers: events, and where a timeframe now stands, changed or not. */
export type DeskStep = SignalEvent | { readonly kind: 'standing'; readonly standing: Standing };

/** The signals of one symbol. Each call answers with what it caused, in order. */
export interface SignalDesk {
  /** Ids of the signals open at the start. */
  readonly openIds: ReadonlyMap<Timeframe, string>;
  /** What the stored minutes decided; asked for once, first. */
  start(): readonly DeskStep[];
  accept(input: SignalInput): readonly DeskStep[];
  /** The time, for what waits in vain. Costs nothing while nothing is followed. */
  time(): readonly DeskStep[];
  /** Trades being followed, issued or withheld. */
  readonly following: number;
}

interface IssuedTrade extends Trade {
  readonly signal: Signal;
  readonly posted: boolean;
  /** Posted prices can be of another market or day: the feed speaks of them if its first price lies between the levels. */
  onFeed: boolean | null;
}

interface TimeframeState {
  signal: Signal | null;
  decision: Decision | null;
  /** Latest live close decided, Unix ms. */
  lastLive: number;
  /** Latest closes decided, live or posted. */
  readonly decided: Set<number>;
}

const nothing: readonly never[] = [];
/** Closes remembered per timeframe, so that the same one posted again changes nothing. */
const mostDecided = 512;
/** Issued entries kept for the risk gate: several times any sensible daily limit. */
const mostIssued = 1000;

/**
 * The state machine of design §5 for every timeframe of one symbol: WAIT → BUY or SELL → resolved → WAIT. An open signal
 * stands: WAIT and the same direction change nothing, a gate that refuses changes nothing either, so the opposite
 * direction ends it only if its own entry passes the risk gate. What is not timely opens and ends nothing.
 */
export function createSignalDesk(options: SignalDeskOptions): SignalDesk {
  const { symbol, now, calendar, news, risk, expiresAt, costOf, restored } = options;
  const states = new Map<Timeframe, TimeframeState>();
  const book = createTradeBook<IssuedTrade>({
    followsFeed: (trade, price) => (trade.onFeed ??= (price - trade.sl) * (trade.tp - price) > 0),
  });
  const startedAt = now();
  const shadow = createShadowLedger(restored?.withheld ?? [], costOf, startedAt);
  const issued: IssuedEntry[] = [];
  let lastTime = 0;
  let lastPrice = 0;

  const stateOf = (timeframe: Timeframe): TimeframeState => {
    const known = states.get(timeframe);
    if (known !== undefined) return known;
    const state = { signal: null, decision: null, lastLive: 0, decided: new Set<number>() };
    states.set(timeframe, state);
    return state;
  };
  const remember = (decision: Decision): void => {
    const state = stateOf(decision.timeframe);
    state.decided.add(decision.close_time);
    for (const oldest of state.decided) {
      if (state.decided.size <= mostDecided) break;
      state.decided.delete(oldest);
    }
    if (!isPosted(decision)) state.lastLive = Math.max(state.lastLive, decision.close_time);
  };
  const count = (signal: Signal): void => {
    if (signal.signal_type === 'WAIT') return;
    const { close_time: at, timeframe, signal_type } = signal;
    issued.push({ at, timeframe, signal_type });
    // Counted out, not by age: posted candles can be of any date.
    if (issued.length > mostIssued) issued.shift();
  };

  for (const signal of (restored?.signals ?? []).toSorted((a, b) => a.created_at - b.created_at)) {
    remember(signal);
    count(signal);
    if (signal.status !== 'open') continue;
    stateOf(signal.timeframe).signal = signal;
    book.add(tradeOf(signal, costOf), isPosted(signal) ? undefined : startedAt);
  }
  for (const decision of restored?.decisions ?? []) {
    remember(decision);
    stateOf(decision.timeframe).decision = decision;
  }
  const openIds = new Map<Timeframe, string>();
  for (const [timeframe, { signal }] of states) if (signal !== null) openIds.set(timeframe, signal.id);

  const resolvedSteps = (all: readonly Ended<IssuedTrade>[]): readonly DeskStep[] =>
    all.length === 0 ? nothing : all.flatMap(({ trade, outcome }) => resolve(trade.signal, outcome));

  const resolve = (signal: Signal, outcome: Ended<IssuedTrade>['outcome']): DeskStep[] => {
    const { id, timeframe } = signal;
    const steps: DeskStep[] = [{ kind: 'resolved', id, symbol, timeframe, outcome }];
    const state = stateOf(timeframe);
    if (state.signal?.id !== id) return steps;
    state.signal = null;
    const why = `The ${signal.signal_type} at ${signal.entry} has ended: ${outcome.status}.`;
    const latest = state.decision ?? signal;
    const decision = toWait(latest, latest.signal_type === 'WAIT' ? `${why} ${latest.reasoning}` : why);
    state.decision = decision;
    return [...steps, { kind: 'standing', standing: { timeframe, signal: null, decision, columns: null } }];
  };

  const decide = (close: AnalysedClose): readonly DeskStep[] => {
    const { timeframe, closeTime } = close;
    const state = stateOf(timeframe);
    const live = close.source === 'live';
    if (state.decided.has(closeTime) || (live && closeTime <= state.lastLive))
      return [{ kind: 'repeated', symbol, timeframe, close_time: closeTime }];
    const steps: DeskStep[] = live ? [] : [...judgePosted(close)];

    let decision: Decision = {
      ...close.decision,
      lineage: { ...close.decision.lineage, source: close.source, cost: close.cost },
    };
    let refusal: GateVerdict | null = null;
    const pass = (verdict: GateVerdict): void => {
      decision = applyGate(decision, verdict);
      if (!verdict.passed) refusal ??= verdict;
    };
    if (close.quality !== null) pass(dataQualityGate(decision, close.quality));
    if (live) {
      pass(newsGate(decision, { calendar: calendar(), at: closeTime, ...news }));
    }
    const isNew = (): boolean =>
      decision.signal_type !== 'WAIT' && decision.signal_type !== state.signal?.signal_type;
    if (close.timely && isNew()) {
      pass(
        riskGate(decision, {
          limits: risk,
          issued,
          cost: close.cost,
          volatilityRatio: volatilityRatio(close.columns.high, close.columns.low),
          ...(live && lastTime >= closeTime && { lastPrice }),
        }),
      );
    }
    remember(decision);
    state.decision = decision;
    const { columns } = close;
    let standing: Standing = { timeframe, signal: state.signal, decision, columns };
    if (close.timely && isNew()) {
      const reversed = reverse(close, decision);
      if (reversed !== null) steps.push(reversed);
      standing = { ...standing, signal: open(close, decision) };
    }
    steps.push({ kind: 'standing', standing });
    steps.push({ kind: 'decided', decision, changed: false, timely: close.timely });
    if (close.timely && refusal !== null) steps.push(...withhold(close, refusal, state.signal));
    return steps;
  };

  const reverse = ({ timeframe, closeTime }: AnalysedClose, { entry }: Decision): SignalEvent | null => {
    const id = stateOf(timeframe).signal?.id;
    const over = id === undefined ? null : book.end(id, 'reversed', entry, closeTime);
    return over && { kind: 'resolved', id: over.trade.id, symbol, timeframe, outcome: over.outcome };
  };

  const open = (close: AnalysedClose, decision: Decision): Signal => {
    const signal: Signal = {
      ...decision,
      ...lifeOf(close),
      status: 'open',
      outcome: null,
      deliveries: [],
    };
    stateOf(close.timeframe).signal = signal;
    count(signal);
    book.add(tradeOf(signal, () => close.cost));
    return signal;
  };

  const withhold = (close: AnalysedClose, refusal: GateVerdict, current: Signal | null): DeskStep[] => {
    const { signal_type, entry, tp, sl, confidence } = close.decision;
    if (signal_type === 'WAIT' || tp === null || sl === null || signal_type === current?.signal_type)
      return [];
    const { gate, reason = gate } = refusal;
    const { symbol, timeframe } = close;
    const idea = { symbol, timeframe, gate, reason, signal_type, entry, tp, sl, confidence };
    const event = shadow.withhold({ ...idea, close_time: close.closeTime, ...lifeOf(close) }, close.cost);
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

  /** A posted window holds the bars since the last one: what they did to the posted signal that is open. */
  const judgePosted = ({ timeframe, columns }: AnalysedClose): readonly DeskStep[] => {
    const { time, open, high, low, close } = columns;
    const bars = Array.from(time, (openTime, i) => ({
      openTime,
      open: open[i]!,
      high: high[i]!,
      low: low[i]!,
      close: close[i]!,
    }));
    return resolvedSteps(
      book.bars(
        bars,
        timeframeMs[timeframe],
        (trade) => trade.posted && trade.signal.timeframe === timeframe,
      ),
    );
  };

  const minutes = (from: number, to: number, bars: Parameters<typeof book.minutes>[2]) => [
    ...resolvedSteps(book.minutes(from, to, bars)),
    ...shadow.minutes(from, to, bars),
  ];

  return {
    openIds,
    start() {
      const stored = restored?.minutes ?? [];
      const [first, last] = [stored[0], stored.at(-1)];
      if (first === undefined || last === undefined) return nothing;
      // The server ran until its last candle: what it stored is all there was, but for the incomplete minutes.
      const steps: DeskStep[] = [];
      let from = 0;
      for (const [i, { complete, openTime, closeTime }] of stored.entries()) {
        if (complete && i < stored.length - 1) continue;
        const to = complete ? closeTime : openTime;
        const bars = stored.filter((bar) => bar.openTime >= from && bar.openTime < to);
        steps.push(...minutes(from, to, bars));
        from = closeTime;
      }
      return steps;
    },
    accept(input) {
      if (input.kind === 'tick') {
        lastTime = input.tick.eventTime;
        lastPrice = input.tick.price;
        if (book.size === 0 && shadow.size === 0) return nothing;
        const over = book.tick(input.tick);
        const overShadow = shadow.tick(input.tick);
        return over.length === 0 ? overShadow : [...resolvedSteps(over), ...overShadow];
      }
      if (input.kind === 'interruption') {
        book.interruption(input.from, input.to);
        shadow.interruption(input.from, input.to);
        return nothing;
      }
      return input.kind === 'minutes' ? minutes(input.from, input.to, input.bars) : decide(input);
    },
    time: () => [...resolvedSteps(book.time(now())), ...shadow.time(now())],
    get following() {
      return book.size + shadow.size;
    },
  };
}

const isPosted = (decision: Decision): boolean => decision.lineage['source'] === 'posted';

function tradeOf(signal: Signal, costOf: (price: number) => number): IssuedTrade {
  const { id, signal_type, entry, tp, sl, close_time, expires_at, horizon_bars, timeframe, lineage } = signal;
  if (tp === null || sl === null) throw new RangeError(`signal ${id} has no levels`);
  const posted = isPosted(signal);
  const cost = lineage['cost'];
  return {
    ...openTrade({
      id,
      direction: signal_type === 'BUY' ? 1 : -1,
      entry,
      tp,
      sl,
      from: close_time,
      expiresAt: expires_at,
      ...(posted && { barsUntil: close_time + horizon_bars * timeframeMs[timeframe] }),
      cost: typeof cost === 'number' ? cost : costOf(entry),
    }),
    signal,
    posted,
    onFeed: posted ? null : true,
  };
}

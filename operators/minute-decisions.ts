import type { Bar, Candle } from '../schema/candle.ts';
import type { CandleEvent, MinuteEdges } from '../schema/market-event.ts';
import type { Tick } from '../schema/tick.ts';
import { createDayVolume } from './day-volume.ts';
import { createMinuteLedger, type ClosedMinute } from './minute-ledger.ts';
import { addTick, forgetVolume, minuteWindow, resetWindow, type MinuteWindow } from './minute-window.ts';
import { minuteCandle, restCandle } from './minute-candle.ts';
import type { MinuteWindowsOptions } from './minute-windows.ts';
import { repairRange } from './repair-range.ts';
import { isTimely } from './timely.ts';
import { unheardRange } from './unheard-range.ts';

const minute = 60_000;
/** No tick falls into it. */
const none = minuteWindow(-Infinity);
const floor = (time: number) => Math.floor(time / minute) * minute;

/** What minute-windows does with each input, once the timers are taken away. */
export interface MinuteDecisions {
  readonly tick: (tick: Tick) => void;
  readonly interruption: (from: number, to: number) => void;
  readonly minutes: (from: number, to: number, bars: readonly Bar[]) => void;
  /** Decides every minute that closes at or before `time`. */
  readonly closeTo: (time: number) => void;
  /** Close of the first minute that is not decided. */
  readonly nextClose: () => number;
}

export function minuteDecisions(
  options: MinuteWindowsOptions,
  emit: (event: CandleEvent) => void,
): MinuteDecisions {
  const { symbol, clock, graceMs, restored = [], retain = 300, formingMs = 250 } = options;
  const { lag = () => 0, ahead = () => 0, lagExceedsCap = () => false, onLate = () => {} } = options;
  const { isOpen = () => true } = options;
  const restoredClose = options.restoredClose ?? restored.at(-1)?.closeTime ?? -Infinity;
  const subscribed = clock.now();
  /** Older ticks only say the last price. */
  const start = Math.max(restoredClose, subscribed - graceMs - lag());
  const ledger = createMinuteLedger(retain);
  const volume = createDayVolume();
  const unheard = unheardRange(subscribed);
  const repair = repairRange(retain * minute);
  const windows: MinuteWindow[] = [];
  const spare: MinuteWindow[] = [];
  let current: MinuteWindow = none;
  let decided = floor(start);
  let highest = -Infinity;
  /** Event time whose arrival moves the watermark over the next close. */
  let closesAt = decided + minute + graceMs;
  let formingSaid = -Infinity;

  for (const candle of restored) {
    ledger.set(candle.openTime, candle.complete ? 'complete' : 'incomplete', candle.revision);
    if (candle.closeTime <= decided)
      ledger.remember({ candle, firstTick: candle.openTime, lastTick: candle.closeTime, late: 0 });
  }
  askFrom(firstMissing(Math.max(options.wantFrom ?? decided, decided - (retain - 1) * minute)), subscribed);

  /** First minute from `from` on that no complete stored candle covers. */
  function firstMissing(from: number): number {
    let at = floor(from);
    while (at < restoredClose && ledger.stateOf(at) === 'complete') at += minute;
    return Math.min(at, decided);
  }

  function askFrom(from: number, to: number) {
    repair.add(floor(from), floor(to - 1) + minute, decided);
  }

  function say(candle: Candle, timely: boolean, edges: MinuteEdges) {
    emit({ kind: 'candle', candle, timely, edges });
  }

  function windowOf(openTime: number): MinuteWindow {
    let at = windows.length;
    while (at > 0 && windows[at - 1]!.openTime > openTime) at--;
    const before = windows[at - 1];
    if (before?.openTime === openTime) return before;
    const window = resetWindow(spare.pop() ?? minuteWindow(openTime), openTime);
    windows.splice(at, 0, window);
    return window;
  }

  function tick(tick: Tick) {
    const { eventTime } = tick;
    const offset = eventTime - current.openTime;
    if (!(offset >= 0 && offset < minute)) {
      if (eventTime < start) return;
      if (eventTime < decided) {
        late(tick);
        return;
      }
      current = windowOf(floor(eventTime));
    } else if (eventTime < start) return;
    addTick(current, tick);
    if (eventTime > highest) {
      highest = eventTime;
      if (eventTime >= closesAt) closeTo(eventTime - graceMs);
    }
    const now = clock.now();
    if (now - formingSaid >= formingMs && current.openTime >= floor(highest)) sayForming(now);
  }

  function sayForming(now: number) {
    formingSaid = now;
    const complete = !unheard.touches(current.openTime, ahead);
    const candle = minuteCandle(symbol, current, volume.of(current), complete);
    const { firstTick, lastTick } = current;
    emit({ kind: 'forming', candles: [candle], edges: { firstTick, lastTick } });
  }

  function late(tick: Tick) {
    onLate();
    const openTime = floor(tick.eventTime);
    const state = ledger.stateOf(openTime);
    const closed = ledger.recent(openTime);
    if (closed !== undefined) closed.late++;
    if (state === 'rest' || state === 'empty' || state === 'unknown') return;
    if (closed !== undefined && !wouldChange(closed, tick)) return;
    askFrom(openTime, openTime + minute);
    if (state === 'quiet') {
      ledger.set(openTime, 'unheard');
      emit({ kind: 'quiet', from: openTime, to: openTime + minute, heard: false });
    } else if (state === 'complete' && closed !== undefined) spoil(closed);
    else return;
    emit({ kind: 'decided', to: decided });
  }

  /** Says a closed candle again as one that is not whole. */
  function spoil(closed: ClosedMinute) {
    revise(closed, { ...closed.candle, complete: false });
    ledger.set(closed.candle.openTime, 'incomplete');
  }

  function revise(closed: ClosedMinute, candle: Candle) {
    closed.candle = {
      ...candle,
      lateTicks: closed.candle.lateTicks + closed.late,
      revision: closed.candle.revision + 1,
    };
    closed.late = 0;
    ledger.set(candle.openTime, ledger.stateOf(candle.openTime), closed.candle.revision);
    say(closed.candle, false, { firstTick: closed.firstTick, lastTick: closed.lastTick });
  }

  function closeTo(time: number) {
    const to = floor(time);
    if (to <= decided) return;
    const exceeds = lagExceedsCap();
    let quietFrom = NaN;
    let quietHeard = true;
    const sayQuiet = (until: number) => {
      if (!Number.isNaN(quietFrom)) emit({ kind: 'quiet', from: quietFrom, to: until, heard: quietHeard });
      quietFrom = NaN;
    };
    for (const closed of ledger.withLate()) revise(closed, closed.candle);
    const from = Math.max(decided, to - retain * minute);
    decided = to;
    closesAt = to + minute + graceMs;
    while (windows[0] !== undefined && windows[0].openTime < from)
      closeWindow(windows[0], !exceeds && !unheard.touches(windows[0].openTime, ahead));
    for (let at = from; at < to; at += minute) {
      const heard = !exceeds && !unheard.touches(at, ahead);
      if (windows[0]?.openTime === at) {
        sayQuiet(at);
        closeWindow(windows[0], heard);
      } else {
        if (heard !== quietHeard) sayQuiet(at);
        if (Number.isNaN(quietFrom)) quietFrom = at;
        quietHeard = heard;
        ledger.set(at, heard ? 'quiet' : 'unheard');
      }
    }
    sayQuiet(to);
    unheard.forget(to, ahead);
    emit({ kind: 'decided', to });
    askRepair();
  }

  function closeWindow(window: MinuteWindow, heard: boolean) {
    const candle = minuteCandle(symbol, window, volume.close(window), heard);
    const { firstTick, lastTick } = window;
    ledger.set(candle.openTime, heard ? 'complete' : 'incomplete', 0);
    ledger.remember({ candle, firstTick, lastTick, late: 0 });
    windows.shift();
    if (window === current) current = none;
    spare.push(window);
    say(candle, isTimely(candle, clock.now()), { firstTick, lastTick });
  }

  function askRepair() {
    const range = repair.take(decided, unheard.isOngoing());
    if (range === undefined) return;
    for (let at = range.from; at < range.to; at += minute) {
      if (!isOpen(at)) continue;
      emit({ kind: 'repair', ...range, notBefore: range.to + graceMs + Math.max(0, lag()) });
      return;
    }
  }

  function interruption(from: number, to: number) {
    // What was under way when the feed fell silent was not heard either: a tick arrives `lag` after its event time.
    const touched = from - graceMs - Math.max(0, lag());
    unheard.add(touched, to);
    volume.gap();
    for (const window of windows) forgetVolume(window);
    const until = Number.isFinite(to) ? to + ahead() : decided;
    if (until > touched) askFrom(touched, until);
    let changed = false;
    for (
      let at = Math.max(floor(touched), decided - retain * minute);
      at < Math.min(decided, to);
      at += minute
    ) {
      const state = ledger.stateOf(at);
      const closed = ledger.recent(at);
      if (state === 'complete' && closed !== undefined) spoil(closed);
      else if (state === 'quiet') {
        ledger.set(at, 'unheard');
        emit({ kind: 'quiet', from: at, to: at + minute, heard: false });
      } else continue;
      changed = true;
    }
    if (changed) emit({ kind: 'decided', to: decided });
  }

  function minutes(from: number, to: number, bars: readonly Bar[]) {
    const end = Math.min(to, decided);
    const present = new Set<number>();
    for (const bar of bars) {
      if (bar.openTime < from || bar.openTime + minute > end) continue;
      present.add(bar.openTime);
      replace(bar);
    }
    const openTimes: number[] = [];
    const oldest = Math.max(Math.ceil(from / minute) * minute, decided - retain * minute);
    for (let at = oldest; at + minute <= end; at += minute) {
      const state = ledger.stateOf(at);
      if (present.has(at) || (state !== 'quiet' && state !== 'unheard' && state !== 'unknown')) continue;
      ledger.set(at, 'empty');
      openTimes.push(at);
    }
    if (openTimes.length > 0) emit({ kind: 'empty', timeframe: '1min', openTimes });
    repair.remove(from, end);
    emit({ kind: 'decided', to: decided });
  }

  function replace(bar: Bar) {
    const state = ledger.stateOf(bar.openTime);
    const closed = ledger.recent(bar.openTime);
    if (closed?.candle.complete === true && isSame(closed.candle, bar)) return;
    const revision = ledger.revisionOf(bar.openTime) + 1;
    const late = (closed?.candle.lateTicks ?? 0) + (closed?.late ?? 0);
    const candle = restCandle(symbol, bar, closed?.candle.ticks ?? 0, late, revision);
    // At REST's word nothing was silent.
    const edges = { firstTick: candle.openTime, lastTick: candle.closeTime };
    ledger.set(bar.openTime, 'rest', revision);
    ledger.remember({ candle, ...edges, late: 0 });
    const isNews = state !== 'complete' && state !== 'rest';
    say(candle, isNews && isTimely(candle, clock.now()), edges);
  }

  return { tick, interruption, minutes, closeTo, nextClose: () => decided + minute };
}

/** Would a late tick have made another open, high, low or close? */
function wouldChange({ candle, firstTick, lastTick }: ClosedMinute, { price, eventTime }: Tick): boolean {
  if (price > candle.high || price < candle.low) return true;
  return (
    (eventTime < firstTick && price !== candle.open) || (eventTime >= lastTick && price !== candle.close)
  );
}

function isSame(candle: Candle, bar: Bar): boolean {
  return (
    candle.open === bar.open &&
    candle.high === bar.high &&
    candle.low === bar.low &&
    candle.close === bar.close
  );
}

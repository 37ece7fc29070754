import type { Bar } from '../../schema/candle.ts';
import type { CandleEvent } from '../../schema/market-event.ts';
import type { Tick } from '../../schema/tick.ts';
import { createDayVolume } from './day-volume.ts';
import { minuteCandle } from './minute-candle.ts';
import { minuteCorrections } from './minute-corrections.ts';
import { createMinuteLedger } from './minute-ledger.ts';
import { addTick, forgetVolume, minuteWindow, type MinuteWindow } from './minute-window.ts';
import type { MinuteWindowsOptions } from './minute-windows.ts';
import { openMinutes } from './open-minutes.ts';
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
  const corrections = minuteCorrections(symbol, ledger, () => clock.now(), emit);
  const volume = createDayVolume();
  const unheard = unheardRange(subscribed);
  const repair = repairRange(retain * minute);
  const open = openMinutes();
  const windows = open.all;
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

  function tick(tick: Tick) {
    const { eventTime } = tick;
    const offset = eventTime - current.openTime;
    if (!(offset >= 0 && offset < minute)) {
      if (eventTime < start) return;
      if (eventTime < decided) {
        late(tick);
        return;
      }
      current = open.at(floor(eventTime));
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
    if (!corrections.late(tick, openTime)) return;
    askFrom(openTime, openTime + minute);
    if (corrections.doubt(openTime)) emit({ kind: 'decided', to: decided });
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
    corrections.sayLate();
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
    open.drop();
    if (window === current) current = none;
    emit({ kind: 'candle', candle, timely: isTimely(candle, clock.now()), edges: { firstTick, lastTick } });
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
    const oldest = Math.max(floor(touched), decided - retain * minute);
    for (let at = oldest; at < Math.min(decided, to); at += minute) if (corrections.doubt(at)) changed = true;
    if (changed) emit({ kind: 'decided', to: decided });
  }

  function minutes(from: number, to: number, bars: readonly Bar[]) {
    const end = Math.min(to, decided);
    corrections.replace(bars, from, end, decided - retain * minute);
    repair.remove(from, end);
    emit({ kind: 'decided', to: decided });
  }

  return { tick, interruption, minutes, closeTo, nextClose: () => decided + minute };
}

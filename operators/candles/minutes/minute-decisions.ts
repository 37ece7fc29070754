import type { SchedulerLike } from 'rxjs';
import type { Bar, Candle } from '../../../schema/candle.ts';
import type { CandleEvent } from '../../../schema/market-event.ts';
import type { Tick } from '../../../schema/tick.ts';
import { minuteMs } from '../../../schema/timeframe.ts';
import { createDayVolume } from '../day-volume.ts';
import { feedGap } from '../feed-gap.ts';
import { formingMinute } from './forming-minute.ts';
import { minuteClosing } from './minute-closing.ts';
import { minuteCorrections } from './minute-corrections.ts';
import { createMinuteLedger, restoreMinutes } from './minute-ledger.ts';
import { minuteRepairs } from './minute-repairs.ts';
import { addTick, forgetVolume, minuteWindow, type MinuteWindow } from './minute-window.ts';
import { openMinutes } from './open-minutes.ts';

/** Stands for "no minute": no tick falls into it. */
const none = minuteWindow(-Infinity);
const floor = (time: number) => Math.floor(time / minuteMs) * minuteMs;

export interface MinuteDecisionsOptions {
  readonly symbol: string;
  readonly clock: SchedulerLike;
  /** How far the watermark stays behind the highest event time, ms. */
  readonly graceMs: number;
  /** Running p99 of received minus event time, capped, ms; below 0 where our clock is slow. @default 0 */
  readonly lag?: () => number;
  /** Is the feed later than the cap? Then nothing is whole. @default never */
  readonly lagExceedsCap?: () => boolean;
  /** How far event times run ahead of our clock, ms. @default 0 */
  readonly ahead?: () => number;
  /** Close of the last stored minute, Unix ms. @default that of `restored` */
  readonly restoredClose?: number;
  /** Stored 1min candles, oldest first: what later corrections build on. */
  readonly restored?: readonly Candle[];
  /** Earliest time whose minutes are needed, for the longer windows now open: the first repair reaches back to it. */
  readonly wantFrom?: number;
  /** Is the market open at an instant? Nobody repairs what was closed. @default always */
  readonly isOpen?: (time: number) => boolean;
  /** Closed minutes of which state and revision are kept: those of the longest window, and some. @default 300 */
  readonly retain?: number;
  /** Least time between two forming candles, ms of the clock; Infinity: none. @default 250 */
  readonly formingMs?: number;
  /** Called for each late tick, which is counted and never merged. */
  readonly onLate?: () => void;
}

/** What minute-windows does with each input, without the timers. A minute is "decided" once its candle is final, apart from corrections. */
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
  options: MinuteDecisionsOptions,
  emit: (event: CandleEvent) => void,
): MinuteDecisions {
  const { symbol, clock, graceMs, restored = [], retain = 300, formingMs = 250 } = options;
  const { lag = () => 0, ahead = () => 0, lagExceedsCap = () => false, onLate = () => {} } = options;
  const { isOpen = () => true } = options;
  const restoredClose = options.restoredClose ?? restored.at(-1)?.closeTime ?? -Infinity;
  const now = () => clock.now();
  const subscribed = clock.now();
  /** A tick from before is of a minute that is decided already, and no candle takes it. */
  const start = Math.max(restoredClose, subscribed - graceMs - lag());
  const ledger = createMinuteLedger(retain);
  const corrections = minuteCorrections(symbol, ledger, now, emit);
  const volume = createDayVolume();
  const gap = feedGap(subscribed);
  const repairs = minuteRepairs({ reachMs: retain * minuteMs, graceMs, lag, isOpen, emit });
  const open = openMinutes();
  const closeMinutes = minuteClosing({ symbol, now, open, ledger, volume, emit });
  const emitForming = formingMinute({ symbol, now, formingMs, gap, ahead, volume, emit });
  let current: MinuteWindow = none;
  let decided = floor(start);
  let highest = -Infinity;
  /** A tick of this event time or later closes the next minute. */
  let closesAt = decided + minuteMs + graceMs;

  restoreMinutes(ledger, restored, decided);
  const wanted = Math.max(options.wantFrom ?? decided, decided - (retain - 1) * minuteMs);
  repairs.want(Math.min(ledger.firstMissing(floor(wanted), restoredClose), decided), subscribed, decided);

  function tick(tick: Tick) {
    const { eventTime } = tick;
    const offset = eventTime - current.openTime;
    if (!(offset >= 0 && offset < minuteMs)) {
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
    if (current.openTime >= floor(highest)) emitForming(current);
  }

  function late(tick: Tick) {
    onLate();
    const openTime = floor(tick.eventTime);
    if (!corrections.late(tick, openTime)) return;
    repairs.want(openTime, openTime + minuteMs, decided);
    if (corrections.doubt(openTime)) emit({ kind: 'decided', to: decided });
  }

  function closeTo(time: number) {
    const to = floor(time);
    if (to <= decided) return;
    // Nobody waits longer than the cap, so ticks of these minutes may be missing: they are incomplete.
    const isTooLate = lagExceedsCap();
    corrections.emitLate();
    const from = Math.max(decided, to - retain * minuteMs);
    decided = to;
    closesAt = to + minuteMs + graceMs;
    if (current.openTime < to) current = none;
    closeMinutes(from, to, (openTime) => !isTooLate && !gap.touches(openTime, ahead));
    gap.forget(to, ahead);
    emit({ kind: 'decided', to });
    repairs.emitDue(decided, gap.isOngoing());
  }

  function interruption(from: number, to: number) {
    // Ticks that were on their way when the feed fell silent are lost too: a tick arrives `lag` after its event time.
    const touched = from - graceMs - Math.max(0, lag());
    gap.add(touched, to);
    // The provider counts volume up over the day: across an outage the difference belongs to no single minute.
    volume.gap();
    for (const window of open.all) forgetVolume(window);
    const until = Number.isFinite(to) ? to + ahead() : decided;
    if (until > touched) repairs.want(touched, until, decided);
    let changed = false;
    const oldest = Math.max(floor(touched), decided - retain * minuteMs);
    for (let at = oldest; at < Math.min(decided, to); at += minuteMs)
      if (corrections.doubt(at)) changed = true;
    // Again, with the same end: longer candles are folded anew from the minutes before it.
    if (changed) emit({ kind: 'decided', to: decided });
  }

  function minutes(from: number, to: number, bars: readonly Bar[]) {
    const end = Math.min(to, decided);
    corrections.replace(bars, from, end, decided - retain * minuteMs);
    repairs.remove(from, end);
    emit({ kind: 'decided', to: decided });
  }

  return { tick, interruption, minutes, closeTo, nextClose: () => decided + minuteMs };
}

import type { Tick } from '../../../schema/tick.ts';

const seconds = 60;
const none = 65_535;

/** A 1min window while ticks fall into it. Mutable and reused: nothing is allocated for a tick. */
export interface MinuteWindow {
  openTime: number;
  open: number;
  high: number;
  low: number;
  close: number;
  ticks: number;
  /** Event times of the ticks that made `open` and `close`. */
  firstTick: number;
  lastTick: number;
  /** Cumulative day volume: of the earliest tick that had one, when that was, and the highest. NaN where none had. */
  firstVolume: number;
  firstVolumeTime: number;
  maxVolume: number;
  /** First and last tick of each second, whole ms after the open; `none` where it had none. */
  readonly firstIn: Uint16Array;
  readonly lastIn: Uint16Array;
  /** Longest time from the end of one second's ticks to the start of the next one's, ms; NaN: not known any more. */
  silence: number;
}

export function minuteWindow(openTime: number): MinuteWindow {
  const window = { firstIn: new Uint16Array(seconds), lastIn: new Uint16Array(seconds) } as MinuteWindow;
  return resetWindow(window, openTime);
}

export function resetWindow(window: MinuteWindow, openTime: number): MinuteWindow {
  window.openTime = openTime;
  window.open = NaN;
  window.high = -Infinity;
  window.low = Infinity;
  window.close = NaN;
  window.ticks = 0;
  window.firstTick = Infinity;
  window.lastTick = -Infinity;
  forgetVolume(window);
  window.firstIn.fill(none);
  window.silence = 0;
  return window;
}

/** After a gap the next tick's day volume is a base again. */
export function forgetVolume(window: MinuteWindow): void {
  window.firstVolume = NaN;
  window.firstVolumeTime = Infinity;
  window.maxVolume = NaN;
}

/** Takes a tick of the window, in any order; ticks of one event time count in order of arrival. */
export function addTick(window: MinuteWindow, tick: Tick): void {
  const { price, eventTime, dayVolume } = tick;
  addTime(window, eventTime);
  if (eventTime >= window.lastTick) {
    window.lastTick = eventTime;
    window.close = price;
  }
  if (eventTime < window.firstTick) {
    window.firstTick = eventTime;
    window.open = price;
  }
  if (price > window.high) window.high = price;
  if (price < window.low) window.low = price;
  window.ticks++;
  if (dayVolume !== undefined) addVolume(window, eventTime, dayVolume);
}

/** Notes when a tick came; before its other fields. */
function addTime(window: MinuteWindow, eventTime: number): void {
  const { firstIn, lastIn } = window;
  const offset = Math.trunc(eventTime - window.openTime);
  const second = Math.trunc(offset / 1000);
  // In order the silence is known at once; a tick between two others may have broken the longest.
  if (eventTime < window.lastTick) window.silence = NaN;
  if (firstIn[second] === none) {
    firstIn[second] = offset;
    lastIn[second] = offset;
    const last = window.ticks === 0 ? 0 : Math.trunc(window.lastTick - window.openTime);
    if (offset - last > window.silence) window.silence = offset - last;
  } else if (offset > lastIn[second]!) lastIn[second] = offset;
  else if (offset < firstIn[second]!) firstIn[second] = offset;
}

function addVolume(window: MinuteWindow, eventTime: number, dayVolume: number): void {
  if (eventTime < window.firstVolumeTime) {
    window.firstVolumeTime = eventTime;
    window.firstVolume = dayVolume;
  }
  if (!(dayVolume <= window.maxVolume)) window.maxVolume = dayVolume;
}

/**
 * Longest time between two ticks, or between an edge and its nearest tick, ms. Whatever order the ticks came in; exact from
 * one second up, since only the first and last tick of each second are known.
 */
export function longestSilence(window: MinuteWindow): number {
  if (Number.isNaN(window.silence)) window.silence = silenceBetweenSeconds(window);
  const last = window.ticks === 0 ? 0 : Math.trunc(window.lastTick - window.openTime);
  return Math.max(window.silence, seconds * 1000 - last);
}

function silenceBetweenSeconds({ firstIn, lastIn }: MinuteWindow): number {
  let longest = 0;
  let last = 0;
  for (let second = 0; second < seconds; second++) {
    const first = firstIn[second]!;
    if (first === none) continue;
    if (first - last > longest) longest = first - last;
    last = lastIn[second]!;
  }
  return longest;
}

import type { WindowGrid } from '../../models/calendar/window-grid.ts';
import type { Candle } from '../../schema/candle.ts';
import type { CandleEvent } from '../../schema/market-event.ts';
import { minuteMs, type Timeframe } from '../../schema/timeframe.ts';
import { FormingFold } from './forming-fold.ts';
import { isTimely } from './is-timely.ts';
import type { FoldedMinutes, MinuteRing } from './minutes/minute-ring.ts';

export interface TimeframeFoldOptions {
  readonly symbol: string;
  readonly timeframe: Timeframe;
  readonly grid: WindowGrid;
  /** The closed minutes that the windows are folded from. */
  readonly ring: MinuteRing;
  readonly isOpen: (time: number) => boolean;
  /** Unix ms. */
  readonly now: () => number;
}

type ClosedCandle = Extract<CandleEvent, { kind: 'candle' }>;

/** The windows of one symbol and timeframe: which are closed, which of those a correction has reached, and their revisions. */
export class TimeframeFold {
  readonly timeframe: Timeframe;
  readonly forming: FormingFold;
  /** When its next window closes, Unix ms; Infinity before the first minute. */
  nextClose = Infinity;
  readonly #options: TimeframeFoldOptions;
  /** Open of the first window that is not closed. NaN before the first minute. */
  #openTime = NaN;
  /** Opens of the closed windows of which a minute has changed since. */
  readonly #changed = new Set<number>();
  /** Revisions of closed windows still in reach, by open; negative (as -1 - revision) while never complete. */
  readonly #revisions = new Map<number, number>();

  constructor(options: TimeframeFoldOptions) {
    this.timeframe = options.timeframe;
    this.forming = new FormingFold(options);
    this.#options = options;
  }

  /** Takes a stored candle: later corrections count from its revision. */
  restore({ openTime, complete, revision }: Candle): void {
    this.#revisions.set(openTime, complete ? revision : -1 - revision);
  }

  /** A closed minute is known better than before. True where its window is closed and has to be corrected. */
  touch(openTime: number): boolean {
    this.forming.touch(openTime);
    if (Number.isNaN(this.#openTime)) this.#moveTo(openTime);
    if (openTime >= this.#openTime) return false;
    this.#changed.add(this.#options.grid.openOf(openTime));
    return true;
  }

  /** Appends the candles of the windows that are corrected, and of those that close at or before `to`, Unix ms. */
  closeTo(to: number, due: ClosedCandle[]): void {
    const { grid, ring } = this.#options;
    const reach = to - ring.capacity * minuteMs;
    for (const openTime of this.#changed) this.#close(openTime, reach, due);
    this.#changed.clear();
    if (Number.isNaN(this.#openTime)) return;
    if (this.#openTime < reach) this.#moveTo(reach);
    while (this.nextClose <= to) {
      this.#close(this.#openTime, reach, due);
      this.#openTime = this.nextClose;
      this.nextClose = grid.closeOf(this.#openTime);
    }
    for (const openTime of this.#revisions.keys()) if (openTime < reach) this.#revisions.delete(openTime);
  }

  #moveTo(time: number): void {
    const { grid } = this.#options;
    this.#openTime = grid.openOf(time);
    this.nextClose = grid.closeOf(this.#openTime);
  }

  /** Nothing is closed where a window holds no candle, or its minutes are out of reach. */
  #close(openTime: number, reach: number, due: ClosedCandle[]): void {
    const { grid, ring, isOpen, now } = this.#options;
    if (openTime < reach || !grid.inSession(openTime)) return;
    const closeTime = grid.closeOf(openTime);
    const folded = ring.fold(openTime, closeTime, isOpen);
    if (folded.candles === 0) return;
    folded.longestSilenceMs = Math.max(folded.longestSilenceMs, closeTime - folded.lastTick);
    const before = this.#revisions.get(openTime);
    const wasComplete = before !== undefined && before >= 0;
    const revision = before === undefined ? 0 : (wasComplete ? before : -1 - before) + 1;
    const candle = this.#candleOf(openTime, closeTime, folded, revision);
    this.#revisions.set(openTime, candle.complete || wasComplete ? revision : -1 - revision);
    due.push({ kind: 'candle', candle, timely: !wasComplete && isTimely(candle, now()) });
  }

  #candleOf(openTime: number, closeTime: number, folded: FoldedMinutes, revision: number): Candle {
    return {
      symbol: this.#options.symbol,
      timeframe: this.timeframe,
      openTime,
      closeTime,
      open: folded.open,
      high: folded.high,
      low: folded.low,
      close: folded.close,
      volume: folded.volume,
      volumeKind: folded.volumeKind,
      ticks: folded.ticks,
      complete: folded.complete,
      source: folded.fromRest ? (folded.fromTicks ? 'mixed' : 'rest') : 'ticks',
      lateTicks: folded.lateTicks,
      longestSilenceMs: folded.longestSilenceMs,
      revision,
    };
  }
}

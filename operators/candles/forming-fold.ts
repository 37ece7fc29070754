import type { WindowGrid } from '../../models/calendar/window-grid.ts';
import type { Candle } from '../../schema/candle.ts';
import type { MinuteEdges } from '../../schema/market-event.ts';
import { minuteMs, type Timeframe } from '../../schema/timeframe.ts';
import type { FoldedMinutes, MinuteRing } from './minutes/minute-ring.ts';

export interface FormingFoldOptions {
  readonly symbol: string;
  readonly timeframe: Timeframe;
  readonly grid: WindowGrid;
  readonly ring: MinuteRing;
  readonly isOpen: (time: number) => boolean;
}

/**
 * The forming candle of one timeframe: the closed minutes of its window, folded as they come, with the forming one. Nothing
 * but that candle is made for a tick.
 */
export class FormingFold {
  readonly #symbol: string;
  readonly #timeframe: Timeframe;
  readonly #grid: WindowGrid;
  readonly #ring: MinuteRing;
  readonly #isOpen: (time: number) => boolean;
  /** The window; no minute is in it before the first. */
  #openTime = NaN;
  #closeTime = NaN;
  #inSession = false;
  /** Its minutes before `foldedTo`. */
  #folded: FoldedMinutes | undefined;
  #foldedTo = NaN;

  constructor({ symbol, timeframe, grid, ring, isOpen }: FormingFoldOptions) {
    this.#symbol = symbol;
    this.#timeframe = timeframe;
    this.#grid = grid;
    this.#ring = ring;
    this.#isOpen = isOpen;
  }

  /** A closed minute is known better than before. */
  touch(openTime: number): void {
    if (openTime < this.#foldedTo) this.#folded = undefined;
  }

  /** The candle with the forming minute; undefined outside of a session. `closedTo`: close of the newest closed minute. */
  candle(forming: Candle, edges: MinuteEdges, closedTo: number): Candle | undefined {
    const { openTime } = forming;
    if (!(openTime >= this.#openTime && openTime < this.#closeTime)) this.#enter(openTime);
    if (!this.#inSession) return undefined;
    // Within the grace the minute before is not closed yet; it is left out, for it would soon have to be taken in.
    const isPending = openTime > closedTo && openTime > this.#openTime;
    const folded = this.#foldTo(isPending ? openTime - minuteMs : openTime);
    const isFirst = folded.candles === 0;
    return {
      symbol: this.#symbol,
      timeframe: this.#timeframe,
      openTime: this.#openTime,
      closeTime: this.#closeTime,
      open: isFirst ? forming.open : folded.open,
      high: Math.max(folded.high, forming.high),
      low: Math.min(folded.low, forming.low),
      close: forming.close,
      volume: folded.volume + forming.volume,
      volumeKind: isFirst || folded.volumeKind === forming.volumeKind ? forming.volumeKind : 'mixed',
      ticks: folded.ticks + forming.ticks,
      complete: folded.complete && forming.complete && !(isPending && this.#isOpen(openTime - minuteMs)),
      source: folded.fromRest ? 'mixed' : 'ticks',
      lateTicks: folded.lateTicks,
      longestSilenceMs: Math.max(folded.longestSilenceMs, edges.firstTick - folded.lastTick),
      revision: 0,
    };
  }

  #enter(openTime: number): void {
    this.#openTime = this.#grid.openOf(openTime);
    this.#closeTime = this.#grid.closeOf(this.#openTime);
    this.#inSession = this.#grid.inSession(openTime);
    this.#folded = undefined;
  }

  #foldTo(to: number): FoldedMinutes {
    if (this.#folded === undefined || this.#foldedTo > to)
      this.#folded = this.#ring.fold(this.#openTime, to, this.#isOpen);
    else if (this.#foldedTo < to) this.#ring.extend(this.#folded, this.#foldedTo, to, this.#isOpen);
    this.#foldedTo = to;
    return this.#folded;
  }
}

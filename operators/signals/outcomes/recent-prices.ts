import type { Bar } from '../../../schema/candle.ts';
import type { Tick } from '../../../schema/tick.ts';
import { minuteMs } from '../../../schema/timeframe.ts';
import { repeatedAfterMs } from './followed-trade.ts';
import { minuteOf } from './minute-marks.ts';
import type { Trade } from './outcomes.ts';

/** What was heard of a market: the ticks of a minute, or that prices of `[from, to)` are missing. Times Unix ms. */
export type Heard =
  | { readonly kind: 'ticks'; readonly bar: Bar; readonly lastAt: number }
  | { readonly kind: 'interruption'; readonly from: number; readonly to: number };

export interface PriceRange {
  readonly low: number;
  readonly high: number;
}

/**
 * The last minutes of a market's feed. A signal is issued some seconds after its candle has closed, and what the price did in between counts, as
 * it does where a start reads the bar of that minute from the store. A single wrong price is no part of it, unless it is the first of all.
 */
export interface RecentPrices {
  tick(tick: Tick): void;
  interruption(from: number, to: number): void;
  /** What tells of prices from a time on, oldest first. Ticks that come late, of a minute before, stand in their minute; none goes back behind an interruption. */
  since(time: number): readonly Heard[];
  /** The lowest and the highest price of the ticks from a time on, at which a minute begins; null: none was heard. */
  readonly rangeSince: (time: number) => PriceRange | null;
}

/** An entry is issued at most a minute after its close: in the minute that begins with it, or the next. */
const keptMs = 2 * minuteMs;
/** The feed is interrupted this often in that time: the oldest of more is forgotten. */
const most = 256;

interface MinuteOfTicks {
  readonly kind: 'ticks';
  readonly bar: { -readonly [K in keyof Bar]: Bar[K] };
  lastAt: number;
}
type Interruption = Extract<Heard, { kind: 'interruption' }>;

export function createRecentPrices(restated: NonNullable<Trade['restated']> = () => false): RecentPrices {
  let heard: (MinuteOfTicks | Interruption)[] = [];
  let current: MinuteOfTicks | null = null;
  let lastPrice: number | null = null;
  let strangeSince: number | null = null;

  const forget = (until: number): void => {
    heard = heard.filter((one) => endOf(one) >= until - keptMs);
    if (heard.length >= most) heard.shift();
  };
  /** A price in another unit is a wrong one, unless the feed still repeats it some time later. */
  const isWrong = ({ price, eventTime }: Tick): boolean => {
    if (lastPrice !== null && restated(lastPrice, price)) {
      strangeSince ??= eventTime;
      if (eventTime < strangeSince + repeatedAfterMs) return true;
    }
    strangeSince = null;
    lastPrice = price;
    return false;
  };
  /** The ticks of a minute since the last interruption. Where there were none it is begun, and put behind those of the minutes before. */
  const minuteAt = (openTime: number, price: number): MinuteOfTicks => {
    let place = heard.length;
    for (; place > 0; place--) {
      const before = heard[place - 1]!;
      if (before.kind === 'interruption' || before.bar.openTime < openTime) break;
      if (before.bar.openTime === openTime) return before;
    }
    const bar = { openTime, open: price, high: price, low: price, close: price };
    const begun: MinuteOfTicks = { kind: 'ticks', bar, lastAt: Number.NEGATIVE_INFINITY };
    heard.splice(place, 0, begun);
    forget(openTime);
    return begun;
  };
  const since = (time: number) => heard.filter((one) => endOf(one) > time);

  return {
    tick(tick) {
      if (isWrong(tick)) return;
      const { price, eventTime } = tick;
      if (current === null || eventTime < current.bar.openTime || eventTime >= endOf(current))
        current = minuteAt(minuteOf(eventTime), price);
      const { bar } = current;
      if (price > bar.high) bar.high = price;
      if (price < bar.low) bar.low = price;
      if (eventTime < current.lastAt) return;
      bar.close = price;
      current.lastAt = eventTime;
    },
    interruption(from, to) {
      current = null;
      // The one that knows its end replaces the one without.
      const ongoing = heard.filter(isOngoing);
      heard = heard.filter((one) => !isOngoing(one));
      const begun = Math.min(from, ...ongoing.map((one) => one.from));
      forget(to === Infinity ? begun : to);
      heard.push({ kind: 'interruption', from: begun, to });
    },
    since,
    rangeSince(time) {
      const bars = since(time).flatMap((one) => (one.kind === 'ticks' ? one.bar : []));
      if (bars.length === 0) return null;
      return {
        low: Math.min(...bars.map(({ low }) => low)),
        high: Math.max(...bars.map(({ high }) => high)),
      };
    },
  };
}

const endOf = (one: MinuteOfTicks | Interruption): number =>
  one.kind === 'ticks' ? one.bar.openTime + minuteMs : one.to;
const isOngoing = (one: MinuteOfTicks | Interruption): one is Interruption =>
  one.kind === 'interruption' && one.to === Infinity;

import type { Bar } from '../../../schema/candle.ts';
import type { Tick } from '../../../schema/tick.ts';
import { minuteMs } from '../../../schema/timeframe.ts';
import { minuteOf } from './minute-marks.ts';

/** What was heard of a market: ticks of a minute in a row, an interruption, or minutes. Times Unix ms. */
export type Heard =
  | { readonly kind: 'ticks'; readonly bar: Bar; readonly lastAt: number }
  | { readonly kind: 'interruption'; readonly from: number; readonly to: number }
  | { readonly kind: 'minutes'; readonly from: number; readonly to: number; readonly bars: readonly Bar[] };

/**
 * The last minutes of a market, in the order in which they were heard. A signal is issued some seconds after its candle has closed, and what the
 * price did in between counts: as it would where a start had to read it from the store.
 */
export interface RecentPrices {
  tick(tick: Tick): void;
  interruption(from: number, to: number): void;
  minutes(from: number, to: number, bars: readonly Bar[]): void;
  /** What tells of prices from a time on. */
  since(time: number): readonly Heard[];
  /** The lowest and the highest price of the minutes from a time on; null: none was heard. */
  readonly rangeSince: (time: number) => { readonly low: number; readonly high: number } | null;
}

/** An entry is issued at most a minute after its close, and its analysis takes a while; ms. */
const keptMs = 3 * minuteMs;
/** Where minutes alternate, as they do while late ticks come, each change of them is one more. */
const most = 256;

interface MinuteOfTicks {
  readonly kind: 'ticks';
  readonly bar: { -readonly [K in keyof Bar]: Bar[K] };
  lastAt: number;
}

export function createRecentPrices(): RecentPrices {
  let heard: (Heard | MinuteOfTicks)[] = [];
  let current: MinuteOfTicks | null = null;

  const keep = (one: Heard | MinuteOfTicks, until: number): void => {
    heard = heard.filter((old) => endOf(old) >= until - keptMs);
    if (heard.length >= most) heard.shift();
    heard.push(one);
  };

  const since = (time: number): readonly Heard[] => heard.filter((one) => endOf(one) > time);

  return {
    tick({ price, eventTime }) {
      const bar = current?.bar;
      if (bar !== undefined && eventTime >= bar.openTime && eventTime < bar.openTime + minuteMs) {
        if (price > bar.high) bar.high = price;
        else if (price < bar.low) bar.low = price;
        if (eventTime < current!.lastAt) return;
        bar.close = price;
        current!.lastAt = eventTime;
        return;
      }
      const openTime = minuteOf(eventTime);
      const only = { openTime, open: price, high: price, low: price, close: price };
      current = { kind: 'ticks', bar: only, lastAt: eventTime };
      keep(current, openTime);
    },
    interruption(from, to) {
      current = null;
      // The one that knows its end replaces the one without.
      const ongoing = heard.find((old) => old.kind === 'interruption' && old.to === Infinity);
      heard = heard.filter((old) => old !== ongoing);
      const begun = ongoing?.kind === 'interruption' ? Math.min(from, ongoing.from) : from;
      keep({ kind: 'interruption', from: begun, to }, to === Infinity ? begun : to);
    },
    minutes(from, to, bars) {
      current = null;
      let first = bars.length;
      while (first > 0 && bars[first - 1]!.openTime >= to - keptMs) first--;
      keep({ kind: 'minutes', from, to, bars: bars.slice(first) }, to);
    },
    since,
    rangeSince(time) {
      const bars = since(time)
        .flatMap(barsOf)
        .filter(({ openTime }) => openTime >= time);
      if (bars.length === 0) return null;
      const [low, high] = [bars.map((bar) => bar.low), bars.map((bar) => bar.high)];
      return { low: Math.min(...low), high: Math.max(...high) };
    },
  };
}

const endOf = (one: Heard): number => (one.kind === 'ticks' ? one.bar.openTime + minuteMs : one.to);
const barsOf = (one: Heard): readonly Bar[] =>
  one.kind === 'ticks' ? [one.bar] : one.kind === 'minutes' ? one.bars : [];

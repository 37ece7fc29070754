import { ATR, BollingerBands, EMA, RSI, SMA, VWAP } from 'trading-signals';
import type { Bar } from '../../state/chart/candles.ts';
import { firstToUpdate } from '../first-to-update.ts';
import type { Indicator } from './kinds.ts';

/** The values of one bar, a line each; null where there is none yet. */
type Values = readonly (number | null)[];

export interface Run {
  /** Takes the bars as they are now. Returns the index of the first whose values may differ from before: 0, or that of the last one before or later. */
  readonly set: (bars: readonly Bar[]) => number;
  readonly values: () => readonly Values[];
}

/** Takes one bar more, or replaces the last one. */
type Machine = (bar: Bar, replace: boolean) => Values;

/**
 * Runs an indicator along the bars of a chart. A forming bar that changes, and a new one behind it, cost one step; any other change of
 * the bars computes all of it anew.
 */
export function runIndicator(indicator: Indicator): Run {
  let machine = machineOf(indicator);
  let known: readonly Bar[] = [];
  let values: Values[] = [];
  return {
    set: (bars) => {
      const from = firstToUpdate(known, bars);
      if (from === 0) {
        machine = machineOf(indicator);
        values = [];
      }
      for (let i = from; i < bars.length; i++) values[i] = machine(bars[i]!, from > 0 && i < known.length);
      known = bars;
      return from;
    },
    values: () => values,
  };
}

function machineOf({ kind, values }: Indicator): Machine {
  const [first = 14, second = 2] = values;
  if (kind === 'vwap') return vwap();
  if (kind === 'bollinger') {
    const bands = new BollingerBands(first, second);
    return ({ close }, replace) => {
      const result = bands.update(close, replace);
      return result === null ? [null, null, null] : [result.upper, result.middle, result.lower];
    };
  }
  if (kind === 'atr') {
    const range = new ATR(first);
    return (bar, replace) => [range.update(bar, replace)];
  }
  const average = { sma: () => new SMA(first), ema: () => new EMA(first), rsi: () => new RSI(first) }[kind]();
  return ({ close }, replace) => {
    const result = average.update(close, replace);
    // An EMA has a value from the first bar on, but means something only later.
    return [average.isStable ? result : null];
  };
}

const day = 86_400;

/** Begins anew each day at midnight UTC. A bar whose volume counts no traded units leaves the rest of its day without a value. */
function vwap(): Machine {
  let today = new VWAP();
  let begun = -1;
  /** Did the day have a bar of another volume before the present one? */
  let isSpoilt = false;
  let isPresentSpoilt = false;
  /** Has `today` taken a version of the present bar? */
  let isTaken = false;
  return (bar, replace) => {
    const date = Math.floor(bar.time / day);
    if (!replace) {
      isSpoilt ||= isPresentSpoilt;
      isTaken = false;
    }
    if (date !== begun) {
      today = new VWAP();
      begun = date;
      isSpoilt = false;
    }
    isPresentSpoilt = bar.volume_kind !== 'traded';
    if (isSpoilt || isPresentSpoilt) return [null];
    today.update(bar, isTaken);
    isTaken = true;
    return [today.getResult()];
  };
}

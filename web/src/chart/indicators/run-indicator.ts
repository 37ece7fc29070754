import { ATR, BollingerBands, EMA, RSI, SMA, VWAP } from 'trading-signals';
import type { Bar } from '../../state/chart/candles.ts';
import type { Indicator } from './kinds.ts';

/** The values of one bar, a line each; null where there is none yet. */
type Values = readonly (number | null)[];

export interface Run {
  /** Takes the bars as they are now. Returns the index of the first whose values may differ from before. */
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
      const changed = firstChange(known, bars);
      const isStep = known.length > 0 && bars.length >= known.length && changed >= known.length - 1;
      const from = isStep ? changed : 0;
      if (!isStep) {
        machine = machineOf(indicator);
        values = [];
      }
      for (let i = from; i < bars.length; i++) values[i] = machine(bars[i]!, isStep && i < known.length);
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
  let isSpoilt = false;
  let wasSpoilt = false;
  return (bar, replace) => {
    const date = Math.floor(bar.time / day);
    if (date !== begun) {
      today = new VWAP();
      begun = date;
      isSpoilt = false;
    } else if (replace) isSpoilt = wasSpoilt;
    wasSpoilt = isSpoilt;
    isSpoilt ||= bar.volume_kind !== 'traded';
    if (isSpoilt) return [null];
    today.update(bar, replace);
    return [today.getResult()];
  };
}

/** Index of the first bar that is another object than before. */
function firstChange(before: readonly Bar[], after: readonly Bar[]): number {
  let i = 0;
  while (i < after.length && after[i] === before[i]) i += 1;
  return i;
}

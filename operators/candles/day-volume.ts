import { windowGrid } from '../../models/calendar/window-grid.ts';
import type { MinuteWindow } from './minutes/minute-window.ts';

/** Traded volume of minutes from the feed's cumulative day volume. */
export interface DayVolume {
  /** Volume of a window, in traded units; undefined where its ticks carried none. Changes nothing. */
  readonly of: (window: MinuteWindow) => number | undefined;
  /** The same for a window that closes: later ones count from here. Windows close in order. */
  readonly close: (window: MinuteWindow) => number | undefined;
  /** Ticks were missed: the next one only sets the base. */
  readonly gap: () => void;
}

// The count starts anew with a session; where exactly is the provider's secret, so a fall counts as a new start only over
// one of the borders: New York's midnight, the opening bell, the closing bell.
const session = windowGrid('1day', { alignment: 'utc', assetClass: 'equity' });

/** Measures from the highest value of the session, so that neither a late value nor the order of arrival matters. */
export function createDayVolume(): DayVolume {
  let highest = NaN;
  let raisedIn = NaN;

  const baseOf = (window: MinuteWindow): number => {
    if (Number.isNaN(highest)) return window.firstVolume;
    const fell = window.maxVolume < highest;
    return fell && session.openOf(window.openTime) !== raisedIn ? 0 : highest;
  };
  const volumeOf = (window: MinuteWindow): number | undefined =>
    Number.isNaN(window.maxVolume) ? undefined : Math.max(0, window.maxVolume - baseOf(window));

  return {
    of: volumeOf,
    close: (window) => {
      const volume = volumeOf(window);
      if (volume === undefined) return undefined;
      const base = baseOf(window);
      if (Number.isNaN(highest) || window.maxVolume > base) raisedIn = session.openOf(window.openTime);
      highest = Math.max(base, window.maxVolume);
      return volume;
    },
    gap: () => {
      highest = NaN;
    },
  };
}

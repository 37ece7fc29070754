import { minuteWindow, resetWindow, type MinuteWindow } from './minute-window.ts';

/** The minutes of which ticks have come and that are not closed yet, oldest first. */
export interface OpenMinutes {
  readonly all: readonly MinuteWindow[];
  /** The one that opens then; begun where there is none. */
  readonly at: (openTime: number) => MinuteWindow;
  /** Forgets the oldest. It is used again: what it holds counts until the next is begun. */
  readonly drop: () => void;
}

export function openMinutes(): OpenMinutes {
  const all: MinuteWindow[] = [];
  const spare: MinuteWindow[] = [];
  return {
    all,
    at: (openTime) => {
      let index = all.length;
      while (index > 0 && all[index - 1]!.openTime > openTime) index--;
      const before = all[index - 1];
      if (before?.openTime === openTime) return before;
      const window = resetWindow(spare.pop() ?? minuteWindow(openTime), openTime);
      if (index === all.length) all.push(window);
      else all.splice(index, 0, window);
      return window;
    },
    drop: () => void spare.push(all.shift()!),
  };
}

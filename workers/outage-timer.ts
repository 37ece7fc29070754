/** Waits for the end of an outage, and gives up when it lasts. */
export interface OutageTimer {
  /** The outage has lasted longer than its limit, and goes on. */
  readonly isLong: boolean;
  /** Nothing changes where one goes on already. */
  readonly begin: () => void;
  readonly end: () => void;
}

/** `onLong` is called once an outage, `limitMs` after it began. */
export function createOutageTimer(limitMs: number, onLong: () => void): OutageTimer {
  let timer: NodeJS.Timeout | undefined;
  let isLong = false;
  return {
    get isLong() {
      return isLong;
    },
    begin: () => {
      timer ??= setTimeout(() => {
        isLong = true;
        onLong();
      }, limitMs);
    },
    end: () => {
      clearTimeout(timer);
      timer = undefined;
      isLong = false;
    },
  };
}

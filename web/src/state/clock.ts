import { createStore } from './create-store.ts';

/** The server's clock minus ours, ms, from the Date header of its responses, which has whole seconds. */
const clockOffset = createStore(0);

/** The server's time, Unix ms, once a second: what ages are measured on. */
export const now = createStore(Date.now());

/** Starts the second hand, which moves on the whole second; returns what stops it. */
export function startClock(): () => void {
  let timer: ReturnType<typeof setTimeout>;
  const tick = () => {
    now.set(Date.now() + clockOffset.get());
    timer = setTimeout(tick, untilBeat(1000));
  };
  tick();
  return () => clearTimeout(timer);
}

/** Until the next whole multiple of `everyMs` on the clock, ms: what moves on one beat is painted in one frame. */
export const untilBeat = (everyMs: number): number => everyMs - (Date.now() % everyMs);

/** Takes a Date header. An offset under two seconds is the header's own roughness and counts as none. */
export function hearDate(header: string | null, at: number): void {
  const offset = header === null ? Number.NaN : Date.parse(header) + 500 - at;
  if (Number.isFinite(offset)) clockOffset.set(Math.abs(offset) < 2000 ? 0 : offset);
}

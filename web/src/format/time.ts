import { now } from '../state/clock.ts';
import { settings } from '../state/settings.ts';

type Shape = 'clock' | 'minute' | 'day' | 'full' | 'dated' | 'month' | 'year';

const shapes: Readonly<Record<Shape, Intl.DateTimeFormatOptions>> = {
  clock: { hour: '2-digit', minute: '2-digit', second: '2-digit', hourCycle: 'h23' },
  minute: { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' },
  day: { day: 'numeric', month: 'short' },
  month: { month: 'short', year: 'numeric' },
  year: { year: 'numeric' },
  full: { day: 'numeric', month: 'short', hour: '2-digit', minute: '2-digit', hourCycle: 'h23' },
  dated: {
    day: 'numeric',
    month: 'short',
    year: 'numeric',
    hour: '2-digit',
    minute: '2-digit',
    hourCycle: 'h23',
  },
};

const made = new Map<string, Intl.DateTimeFormat>();

/** A time in the user's zone; with its year, where it is a full one of another year than `nowMs`, Unix ms. */
export function formatTime(ms: number, shape: Exclude<Shape, 'dated' | 'year'>, nowMs = now.get()): string {
  if (shape !== 'full') return format(ms, shape);
  return format(ms, format(ms, 'year') === format(nowMs, 'year') ? 'full' : 'dated');
}

/** Formatters are dear to make and are kept. */
function format(ms: number, shape: Shape): string {
  const zone = settings.get().timeZone;
  const key = `${zone} ${shape}`;
  let formatter = made.get(key);
  if (formatter === undefined) {
    formatter = new Intl.DateTimeFormat('en-GB', {
      ...shapes[shape],
      ...(zone === 'local' ? {} : { timeZone: zone }),
    });
    made.set(key, formatter);
  }
  return formatter.format(ms);
}

/** The user's zone by name, as the page shows it. */
export const zoneName = (zone: string): string =>
  zone === 'local' ? Intl.DateTimeFormat().resolvedOptions().timeZone : zone;

/** How long ago, to the precision that matters: `now`, `8 s`, `4 min`, `3 h`, `2 d`. */
export function formatAge(ms: number): string {
  if (ms < 1500) return 'now';
  if (ms < 60_000) return `${Math.floor(ms / 1000)} s`;
  if (ms < 3_600_000) return `${Math.floor(ms / 60_000)} min`;
  if (ms < 172_800_000) return `${Math.floor(ms / 3_600_000)} h`;
  return `${Math.floor(ms / 86_400_000)} d`;
}

/** What is left, whole seconds begun: `0:07`, `12:30`, `3:05:00`. */
export function formatCountdown(ms: number): string {
  const seconds = Math.ceil(ms / 1000);
  const two = (n: number) => String(Math.floor(n)).padStart(2, '0');
  const rest = `${two((seconds / 60) % 60)}:${two(seconds % 60)}`;
  return seconds < 3600 ? rest.replace(/^0/, '') : `${Math.floor(seconds / 3600)}:${rest}`;
}

import type { CalendarEvent } from '../../schema/calendar.ts';

const impacts: ReadonlySet<unknown> = new Set(['High', 'Medium', 'Low', 'Holiday']);

export interface ParsedCalendar {
  /** Oldest first. */
  readonly events: readonly CalendarEvent[];
  /** Number of invalid entries, which are left out. */
  readonly bad: number;
}

/** Parses the weekly calendar entry by entry. Null: this is no calendar (the provider refuses in HTML, also with status 200). */
export function parseCalendar(text: string): ParsedCalendar | null {
  if (text.trimStart().startsWith('<')) return null;
  let list: unknown;
  try {
    list = JSON.parse(text);
  } catch {
    return null;
  }
  if (!Array.isArray(list)) return null;
  const events = (list as unknown[]).flatMap((entry) => eventOf(entry) ?? []);
  return { events: events.sort((a, b) => a.time - b.time), bad: list.length - events.length };
}

function eventOf(entry: unknown): CalendarEvent | undefined {
  if (typeof entry !== 'object' || entry === null) return undefined;
  const { title, country, date, impact } = entry as Record<string, unknown>;
  if (typeof title !== 'string' || typeof country !== 'string' || country === '') return undefined;
  // Without an offset the time would be read in this machine's zone.
  if (typeof date !== 'string' || !/(?:Z|[-+]\d{2}:?\d{2})$/.test(date) || !impacts.has(impact))
    return undefined;
  const time = Date.parse(date);
  if (Number.isNaN(time)) return undefined;
  return {
    title: title.slice(0, 200),
    country: country === 'All' ? country : country.toUpperCase(),
    time,
    impact: impact as CalendarEvent['impact'],
  };
}

const dayMs = 86_400_000;
const newYorkDate = new Intl.DateTimeFormat('sv-SE', { timeZone: 'America/New_York', dateStyle: 'short' });

/** The calendar week of a time, as the date of its Sunday in New York: `2026-03-01`. */
export function calendarWeek(time: number): string {
  const midnight = Date.parse(`${newYorkDate.format(time)}T00:00:00Z`);
  return new Date(midnight - new Date(midnight).getUTCDay() * dayMs).toISOString().slice(0, 10);
}

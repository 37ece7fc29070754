const form =
  /^(\d{4})([-./])(\d{2})\2(\d{2})(?:[T ](\d{2}:\d{2})(?::(\d{2}(?:\.\d{1,9})?))?\s*(Z|[+-]\d{2}:?\d{2})?)?$/i;

/** Unix ms of a date as people and terminals write it (ISO, `YYYY-MM-DD HH:MM`, `YYYY.MM.DD HH:MM:SS`), UTC unless it names a zone; NaN where it is none. */
export function timeOfText(text: string): number {
  const parts = form.exec(text);
  if (parts === null) return Number.NaN;
  const [, year, , month, day, clock = '00:00', seconds = '00', zone = 'Z'] = parts;
  const date = `${year}-${month}-${day}`;
  const midnight = new Date(`${date}T00:00:00Z`);
  // V8 rolls the 30th of February over to March: such a day is refused here.
  if (Number.isNaN(midnight.getTime()) || !midnight.toISOString().startsWith(date)) return Number.NaN;
  const offset = zone.length === 5 ? `${zone.slice(0, 3)}:${zone.slice(3)}` : zone;
  return Date.parse(`${date}T${clock}:${seconds}${offset.toUpperCase()}`);
}

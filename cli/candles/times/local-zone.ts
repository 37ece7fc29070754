const hour = 3_600_000;
const day = 24 * hour;

/** The clocks of a place. Unix ms; a local time is ms as if it were UTC. */
export interface LocalZone {
  readonly name: string;
  /** The instants at which its clocks show a time: none where they are set forward, two where they are set back, the earlier first. */
  readonly instants: (local: number) => readonly number[];
}

const shiftForm = /^(?:UTC|GMT)?([+-])(\d{1,2})(?::?([0-5]\d))?$/i;
const shiftedForm = /^([A-Za-z]+(?:\/[A-Za-z_-]+)+)([+-]\d{1,2})$/;

/**
 * A zone by its name: `UTC`, a shift as `+02:00`, an IANA name as `Europe/Athens`, or one with hours added as `America/New_York+7`, which is
 * what many MetaTrader brokers use. Undefined for what is none.
 */
export function localZone(name: string): LocalZone | undefined {
  if (/^(?:UTC|GMT|Z)$/i.test(name)) return fixed('UTC', 0);
  const shift = shiftForm.exec(name);
  if (shift !== null) {
    const ms = (Number(shift[2]) + Number(shift[3] ?? 0) / 60) * hour;
    return ms > 14 * hour ? undefined : fixed(name, shift[1] === '-' ? -ms : ms);
  }
  const offset = offsetIn(name);
  if (offset !== undefined) return placed(name, offset, 0);
  const shifted = shiftedForm.exec(name);
  const base = shifted === null ? undefined : offsetIn(shifted[1]!);
  return base === undefined ? undefined : placed(name, base, Number(shifted![2]) * hour);
}

const fixed = (name: string, shift: number): LocalZone => ({ name, instants: (local) => [local - shift] });

function placed(name: string, offsetAt: (time: number) => number, added: number): LocalZone {
  return {
    name,
    instants: (shown) => {
      const local = shown - added;
      // No clock is farther from UTC, so these are surely before and after.
      const [before, after] = [offsetAt(local - 14 * hour), offsetAt(local + 14 * hour)];
      if (before === after) return [local - before];
      return [before, after]
        .map((offset) => ({ offset, time: local - offset }))
        .filter(({ offset, time }) => offsetAt(time) === offset)
        .map(({ time }) => time)
        .sort((a, b) => a - b);
    },
  };
}

/** Local time minus UTC by the system's own table of zones, ms; undefined for a name that it does not know. */
function offsetIn(timeZone: string): ((time: number) => number) | undefined {
  let format: Intl.DateTimeFormat;
  try {
    format = new Intl.DateTimeFormat('en-US', { timeZone, timeZoneName: 'longOffset' });
  } catch {
    return undefined;
  }
  const ask = (time: number): number => {
    const text = format.formatToParts(time).find(({ type }) => type === 'timeZoneName')?.value ?? '';
    const [, sign, h = 0, m = 0, s = 0] = /([+-])(\d+):(\d+)(?::(\d+))?/.exec(text) ?? [];
    const size = Number(h) * hour + Number(m) * 60_000 + Number(s) * 1000;
    return sign === '-' ? -size : size;
  };
  // A question takes microseconds: one a day, and one a quarter of an hour on the days of a change.
  const cached = (length: number, of: (index: number) => number | null) => {
    const known = new Map<number, number | null>();
    return (time: number): number | null => {
      const index = Math.floor(time / length);
      let value = known.get(index);
      if (value === undefined) known.set(index, (value = of(index)));
      return value;
    };
  };
  const quarters = cached(hour / 4, (index) => ask((index * hour) / 4));
  const days = cached(day, (index) => {
    const [start, end] = [ask(index * day), ask((index + 1) * day - 1)];
    return start === end ? start : null;
  });
  return (time) => days(time) ?? quarters(time)!;
}

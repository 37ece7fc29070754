import { parseTime } from '../candles/cells/parse-time.ts';
import { UsageError } from '../command.ts';
import { minuteMs } from './minutes.ts';

/** Unix ms of a day (its midnight) or a time in UTC; undefined where the option is left out. Throws UsageError. */
export function timeOption(name: string, text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const found = parseTime(text.trim());
  if (found?.unit === null && found.time === found.monthFirst && found.time % minuteMs === 0)
    return found.time;
  throw new UsageError(
    `--${name} ${text}: a day as 2025-01-31, or a minute of it as 2025-01-31T09:30, in UTC, is needed`,
  );
}

import { parseTime } from '../candles/cells/parse-time.ts';
import { UsageError } from '../command.ts';
import { minuteMs } from './minutes.ts';
import type { Span } from './spans.ts';

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

/** The span of --from and --to, open where one of them is left out; undefined where both are. Throws UsageError. */
export function spanOption(values: {
  readonly from?: string | undefined;
  readonly to?: string | undefined;
}): Span | undefined {
  const [from, to] = [timeOption('from', values.from), timeOption('to', values.to)];
  if (from === undefined && to === undefined) return undefined;
  if (from === undefined || to === undefined || from < to) return [from ?? -Infinity, to ?? Infinity];
  throw new UsageError(`--from ${values.from} is not before --to ${values.to}`);
}

import { basename } from 'node:path';
import { quoted } from '../../schema/outside/outside-text.ts';
import { inWords } from '../../schema/spacing.ts';
import { priceNames } from './layout/column-names.ts';
import { minuteOf } from './minute-of.ts';
import type { CandleFile } from './read-candles.ts';

const separatorNames: Readonly<Record<string, string>> = {
  ',': 'commas',
  ';': 'semicolons',
  '\t': 'tabs',
  '|': '|',
};
const unitNames = { s: 'seconds', ms: 'milliseconds', µs: 'microseconds', ns: 'nanoseconds' } as const;

/** What was recognised in a file and what of it is not used, as lines for people. */
export function describeFile(path: string, file: CandleFile): string[] {
  const { candles, spacing, format, placed, leftOut } = file;
  const { layout, units } = format;
  const { time } = candles;
  const count = (n: number): string => n.toLocaleString('en');
  const names = layout.header ?? [];
  const columns = [...layout.time, ...priceNames.map((name) => layout.prices[name])];
  if (candles.volumeKind !== 'none') columns.push(layout.volume);
  const times =
    units.size > 0 ? `Unix ${[...units].map((unit) => unitNames[unit]).join(' and ')}` : 'times written out';
  const marked = format.incomplete();
  return [
    `${quoted(basename(path), 100)}: ${count(time.length)} candles of ${inWords(spacing.ms)}, ${minuteOf(time[0]!)} to ${minuteOf(time.at(-1)! + spacing.ms)} UTC`,
    `  read as       ${separatorNames[layout.separator]}${layout.decimal === ',' ? ', decimal commas' : ''}, ${layout.header === null ? 'no header' : `header ${columns.map((i) => quoted(names[i] || `column ${i + 1}`)).join(', ')}`}; ${times}; volume ${{ traded: 'traded', ticks: 'in ticks', none: 'unknown', mixed: 'mixed' }[candles.volumeKind]}`,
    `  time zone     ${placed.zone}, ${placed.reason}`,
    `  left out      ${leftOut.total() === 0 ? 'nothing' : `${count(leftOut.total())} of ${count(file.rows)} rows: ${leftOut.words().join('; ')}`}`,
    ...(file.newestFirst ? ['  order         newest first, turned round'] : []),
    ...(file.outOfOrder > 0
      ? [`  order         ${count(file.outOfOrder)} rows earlier than the one before, sorted`]
      : []),
    ...(marked > 0 ? [`  incomplete    ${count(marked)} rows that the file marks so, used as they are`] : []),
    ...(spacing.longest.ms > spacing.ms
      ? [`  longest gap   ${inWords(spacing.longest.ms)} from ${minuteOf(spacing.longest.from)} on`]
      : []),
  ];
}

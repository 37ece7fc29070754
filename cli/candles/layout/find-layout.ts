import { quoted } from '../../../schema/outside/outside-text.ts';
import { DataError } from '../../command.ts';
import { columnOf, priceNames } from './column-names.ts';
import type { Layout } from './layout.ts';
import { layoutOfHeader } from './layout-of-header.ts';
import { layoutWithoutHeader } from './layout-without-header.ts';
import { rowsOf } from '../text/rows-of.ts';

const SAMPLE = 200;
/** Titles, comments and sources stand above a table. */
const MOST_BEFORE = 30;

/** Finds out how the beginning of a file writes its candles. Throws a DataError that says what is missing. */
export function findLayout(text: string): Layout {
  const sample = text.split('\n', SAMPLE).join('\n');
  const separator = separatorOf(sample);
  const rows = rowsOf(sample, separator).rows.map((row) => row.map((cell) => cell.trim()));
  for (const [before, row] of rows.slice(0, MOST_BEFORE).entries()) {
    const prices = pricesIn(row);
    const missing = priceNames.filter((name) => prices[name] < 0);
    const named = missing.length === 0 ? layoutOfHeader(rows, before, prices, separator) : null;
    if (named !== null) return named;
    const unnamed = layoutWithoutHeader(rows.slice(before), before, separator);
    if (unnamed !== null) return unnamed;
    // A title stands above a table; so wide a row belongs to it, and nobody knows what its columns are.
    if (row[0]!.startsWith('#') || row.filter((cell) => cell !== '').length < 4) continue;
    const lacks = missing.join(', ') || 'candles below it';
    throw new DataError(
      `line ${before + 1} (${quoted(row.join(separator))}) is no candle, and as a header it has no ${lacks}`,
    );
  }
  throw new DataError(`line 1 (${quoted(rows[0]!.join(separator))}) is neither a header nor a candle`);
}

const separators = ['\t', ';', '|', ','];

function separatorOf(sample: string): string {
  const start = sample.replace(/^\ufeff/, '').trimStart();
  if (start === '') throw new DataError('the file is empty');
  if (/^<(?:!doctype|html|\?xml)/i.test(start))
    throw new DataError('the file is a web page, not CSV: the download failed');
  if (/^[[{]/.test(start)) throw new DataError('the file is JSON, not CSV');
  const filled = sample.split('\n').filter((line) => line.trim() !== '');
  const found = separators.find((separator) => {
    const wide = rowsOf(filled.join('\n'), separator).rows.filter((row) => row.length >= 5);
    return wide.length > 0 && 2 * wide.length >= filled.length - 3;
  });
  if (found !== undefined) return found;
  throw new DataError(
    `line 1 (${quoted(filled[0]!.trim())}) has not the five cells of a candle, separated by commas, semicolons, tabs or |`,
  );
}

const pricesIn = (header: readonly string[]): Layout['prices'] => ({
  open: columnOf(header, 'open'),
  high: columnOf(header, 'high'),
  low: columnOf(header, 'low'),
  close: columnOf(header, 'close'),
});

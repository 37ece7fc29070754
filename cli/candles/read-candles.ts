import type { CandleColumns } from '../../models/candle-columns.ts';
import { checkInput } from '../check-input.ts';
import { DataError } from '../command.ts';
import { type CandleTable, createCandleTable } from './rows/candle-table.ts';
import { createRowReader, type RowReader } from './rows/row-reader.ts';
import { findLayout } from './layout/find-layout.ts';
import { rowsOf } from './text/rows-of.ts';
import { findSpacing, type Spacing } from './rows/find-spacing.ts';
import { createLeftOut, type LeftOut } from './rows/left-out.ts';
import type { LocalZone } from './times/local-zone.ts';
import { orderCandles } from './rows/order-candles.ts';
import { chooseOrder, type Placed, toInstants } from './times/place-times.ts';
import type { SpacedCandles } from './spaced-candles.ts';
import { textBlocks } from './text/text-blocks.ts';

export interface CandleFile {
  readonly candles: SpacedCandles;
  /** Rows of the file that were meant as candles. */
  readonly rows: number;
  readonly spacing: Spacing;
  readonly format: Pick<RowReader, 'layout' | 'units' | 'incomplete'>;
  readonly placed: Placed;
  readonly leftOut: Pick<LeftOut, 'total' | 'words'>;
  readonly outOfOrder: number;
  readonly newestFirst: boolean;
}

/**
 * Reads the candles of a file of prices, as charts, terminals, exchanges, data vendors and this server write them: CSV with commas,
 * semicolons, tabs or |, with a header or without, plain, gzipped or zstd, in any order. What is recognised, and what is left out, stands
 * beside the candles. Reads in blocks: 56 bytes a candle are kept, and no more than twice that at the end.
 *
 * zone: of times that name none. @default what the header says, else UTC
 *
 * Throws a DataError with a sentence, and with the line where it is one line's fault.
 */
export async function readCandles(file: string, { zone }: { zone?: LocalZone } = {}): Promise<CandleFile> {
  await checkInput(file);
  try {
    return await read(file, zone);
  } catch (error) {
    if (error instanceof DataError) throw new DataError(`${file}: ${error.message}`);
    throw error;
  }
}

async function read(file: string, zone: LocalZone | undefined): Promise<CandleFile> {
  const table = createCandleTable();
  const leftOut = createLeftOut();
  let reader: RowReader | undefined;
  let line = 1;
  for await (const text of textBlocks(file)) {
    reader ??= createRowReader(findLayout(text), table, leftOut);
    const { rows, fault } = rowsOf(text.replace(/\n$/, ''), reader.layout.separator);
    const faultLine = fault ?? rows.findIndex((row) => row.some((cell) => cell.includes('\n')));
    if (faultLine >= 0)
      throw new DataError(`line ${line + faultLine} has a quotation mark that is not closed in its cell`);
    const isCut = !text.endsWith('\n');
    for (const [i, row] of rows.entries()) reader.read(row, line + i, isCut && i === rows.length - 1);
    line += rows.length;
  }
  if (reader === undefined) throw new DataError('the file is empty');
  reader.end();
  const rows = table.rows() + leftOut.total();
  leftOut.judge(table.rows());
  return finished(table, leftOut, reader, zone, rows);
}

function finished(
  table: CandleTable,
  leftOut: LeftOut,
  { layout, units, incomplete, isZoned }: RowReader,
  zone: LocalZone | undefined,
  rows: number,
): CandleFile {
  const line = table.take(7);
  const local = chooseOrder(table.take(0), table.take(1));
  const placed = toInstants(local, line, { isZoned, layout, zone, leftOut });
  const columns = {
    time: placed.time,
    open: table.take(2),
    high: table.take(3),
    low: table.take(4),
    close: table.take(5),
    volume: table.take(6),
  };
  const { candles, newestFirst, outOfOrder } = orderCandles(placed.only(columns), placed.lines, leftOut);
  leftOut.judge(candles.time.length);
  const spacing = findSpacing(candles.time);
  const volumeKind: CandleColumns['volumeKind'] = candles.volume.some((volume) => volume > 0)
    ? layout.volumeKind
    : 'none';
  return {
    candles: { ...candles, volumeKind, spacingMs: spacing.ms },
    rows,
    spacing,
    format: { layout, units, incomplete },
    placed: { zone: placed.zone, reason: placed.reason },
    leftOut,
    outOfOrder,
    newestFirst,
  };
}

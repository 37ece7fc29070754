import { quoted } from '../../../schema/outside/outside-text.ts';
import { DataError } from '../../command.ts';
import type { CandleTable } from './candle-table.ts';
import { plainName, priceNames } from '../layout/column-names.ts';
import type { Layout } from '../layout/layout.ts';
import type { LeftOut } from './left-out.ts';
import { isBlank, parseNumber, parseVolume } from '../cells/parse-number.ts';
import { type CellTime, type EpochUnit, parseTime } from '../cells/parse-time.ts';

export interface RowReader {
  readonly layout: Layout;
  /** Units of Unix times that were met; none where times are written out. */
  readonly units: ReadonlySet<EpochUnit>;
  /** Rows that the file itself marks as not complete. They are kept. */
  readonly incomplete: () => number;
  /** Do the times state their own zone? */
  readonly isZoned: boolean;
  /** Takes a row of cells. isCut: the last, without a line end. Throws a DataError for what no candle file has. */
  readonly read: (row: readonly string[], line: number, isCut: boolean) => void;
  /** After the last row. */
  readonly end: () => void;
}

/** Prices of a source that computes them differ from their own high in the last bits. */
const ROUNDING = 1e-9;

/** Reads rows of a layout into a table, and counts what it leaves out. */
export function createRowReader(layout: Layout, table: CandleTable, leftOut: LeftOut): RowReader {
  const units = new Set<EpochUnit>();
  const last = Math.max(...layout.time, ...priceNames.map((name) => layout.prices[name]));
  const header = layout.header?.map(plainName).join();
  let incomplete = 0;
  let symbol: string | undefined;
  let zoned: boolean | undefined;
  let strange: { line: number; text: string } | undefined;

  const timeOf = (row: readonly string[], line: number): CellTime => {
    const [cell, clock] = layout.time.map((i) => row[i]!);
    const time = parseTime(cell!, clock);
    const shown = () => quoted(clock === undefined ? cell! : `${cell} ${clock}`);
    if (time === null) throw new DataError(`line ${line}: ${shown()} is no time from 1800 to 2099`);
    zoned ??= time.zoned;
    if (time.zoned !== zoned)
      throw new DataError(
        `line ${line}: ${shown()} ${zoned ? 'has no zone' : 'has a zone'}, unlike those before`,
      );
    if (time.unit !== null) units.add(time.unit);
    return time;
  };
  const checkSymbol = (cell: string, line: number) => {
    symbol ??= cell;
    if (cell !== symbol)
      throw new DataError(
        `line ${line} is of ${quoted(cell)}, those before of ${quoted(symbol)}: give each a file`,
      );
  };
  const pricesOf = (row: readonly string[], line: number): number[] =>
    priceNames.map((name) => {
      const cell = row[layout.prices[name]]!;
      const price = parseNumber(cell, layout.decimal);
      if (Number.isNaN(price))
        throw new DataError(`line ${line}: ${name} is ${quoted(cell)}, which is no price`);
      return price;
    });

  return {
    layout,
    units,
    incomplete: () => incomplete,
    get isZoned() {
      return zoned ?? true;
    },
    read: (raw, line, isCut) => {
      if (line <= layout.before) return;
      const row = raw.map((cell) => cell.trim());
      if (row.every((cell) => cell === '')) return;
      if (header !== undefined && row.map(plainName).join() === header) {
        leftOut.count('header', line);
        return;
      }
      if (strange !== undefined) throw new DataError(`line ${strange.line} (${strange.text}) is no candle`);
      if (row.length <= last) {
        if (isCut && row.length > 2) leftOut.count('broken', line);
        else strange = { line, text: quoted(row.join(layout.separator)) };
        return;
      }
      if (row.findLastIndex((cell) => cell !== '') >= layout.cells)
        throw new DataError(
          `line ${line} has more than the ${layout.cells} cells of ${layout.header === null ? 'the first candle' : 'the header'}`,
        );
      const cells = priceNames.map((name) => row[layout.prices[name]]!);
      if (cells.every(isBlank)) leftOut.count('noPrices', line);
      else if (cells.some(isBlank) || layout.time.some((i) => isBlank(row[i]!))) leftOut.count('blank', line);
      else {
        const { time, monthFirst } = timeOf(row, line);
        if (layout.symbol >= 0) checkSymbol(row[layout.symbol]!, line);
        if (isNo(row[layout.complete])) incomplete++;
        const [open, high, low, close] = pricesOf(row, line) as [number, number, number, number];
        const top = Math.max(open, close);
        const bottom = Math.min(open, close);
        const rounding = ROUNDING * top;
        if (!(Math.min(bottom, low) >= 1e-12)) leftOut.count('notPositive', line);
        else if (high < low || high < top - rounding || low > bottom + rounding)
          leftOut.count('impossible', line);
        else {
          const volume = layout.volume < 0 ? 0 : parseVolume(row[layout.volume] ?? '', layout.decimal);
          table.add(time, monthFirst, open, Math.max(high, top), Math.min(low, bottom), close, volume, line);
        }
      }
    },
    end: () => {
      if (strange !== undefined) leftOut.count('footer', strange.line);
    },
  };
}

/** Does a cell of a column "complete" or "confirm" say no? */
const isNo = (cell: string | undefined): boolean => cell !== undefined && /^(?:0|false|no)$/i.test(cell);

import { mkdir, readdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { DataError } from '../../command.ts';
import type { Span } from '../spans.ts';
import { decodeMonth, encodeMonth, type MonthFile } from './month-format.ts';
import { UNFINISHED, writeWhole } from './write-whole.ts';

/** Files of the months of one symbol: `DATA_DIR/history/BTCUSD/2024-03.candles`. */
export interface SymbolFolder {
  /** Months that have a file, as `2024-03`, the earliest first. */
  readonly months: () => Promise<string[]>;
  /** Undefined where the month has no file. Throws a DataError where it is damaged. */
  readonly read: (month: string) => Promise<MonthFile | undefined>;
  readonly write: (file: MonthFile) => Promise<void>;
  /** Removes every month. */
  readonly clear: () => Promise<void>;
}

const ENDING = '.candles';
const name = /^\d{4}-\d{2}\.candles$/;

export function symbolFolder(history: string, symbol: string): SymbolFolder {
  // Symbols may hold a colon, which some file systems do not take.
  const folder = join(history, encodeURIComponent(symbol));
  const pathOf = (month: string) => join(folder, `${month}${ENDING}`);
  return {
    months: async () => {
      const names = await entriesOf(folder);
      return names.filter((one) => name.test(one)).map((one) => one.slice(0, -ENDING.length));
    },
    read: async (month) => {
      const path = pathOf(month);
      const bytes = await readFile(path).catch((error: NodeJS.ErrnoException) => {
        if (error.code !== 'ENOENT') throw error;
        return undefined;
      });
      if (bytes === undefined) return undefined;
      const file = decodeMonth(bytes);
      if (file?.symbol === symbol && file.month === month) return file;
      throw new DataError(
        `${path} is damaged: it is not as it was written. Remove it, and fetch or import that month again`,
      );
    },
    write: async (file) => {
      await mkdir(folder, { recursive: true, mode: 0o700 });
      await writeWhole(pathOf(file.month), encodeMonth(file));
    },
    clear: async () => {
      for (const one of await entriesOf(folder))
        if (name.test(one) || one.endsWith(UNFINISHED)) await rm(join(folder, one), { force: true });
    },
  };
}

/** Symbols of which there are candles, in the order of their names. */
export async function storedSymbols(history: string): Promise<string[]> {
  const names = (await entriesOf(history)).map((one) => symbolOf(one));
  const stored = await Promise.all(
    names.map(async (symbol) =>
      symbol !== undefined && (await symbolFolder(history, symbol).months()).length > 0 ? [symbol] : [],
    ),
  );
  return stored.flat();
}

function symbolOf(entry: string): string | undefined {
  if (!/^[A-Z0-9%._-]+$/i.test(entry) || entry.includes('.lock')) return undefined;
  try {
    return decodeURIComponent(entry);
  } catch {
    return undefined;
  }
}

/** Names in a folder, sorted; none where it is not there, or is none. */
async function entriesOf(folder: string): Promise<string[]> {
  const names: string[] = await readdir(folder).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT' || error.code === 'ENOTDIR') return [];
    throw error;
  });
  return names.sort();
}

/** The month of a time, as `2024-03`, in UTC. */
export const monthOf = (time: number): string => new Date(time).toISOString().slice(0, 7);

/** From its first minute to that of the next one. */
export function spanOf(month: string): Span {
  const [year, number] = month.split('-').map(Number) as [number, number];
  return [Date.UTC(year, number - 1), Date.UTC(year, number)];
}

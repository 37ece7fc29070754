import { DataError } from '../../command.ts';

/** Open time, its other reading, open, high, low, close, volume, number of the line. */
const COLUMNS = 8;
const CHUNK = 1 << 10;
/** Twenty years of minutes round the clock. */
const MOST_ROWS = 10_600_000;

/** Rows as they come, in columns that grow by chunks: a number takes eight bytes, and nothing is copied until the end. */
export interface CandleTable {
  readonly rows: () => number;
  readonly add: (...row: CandleRow) => void;
  /** A column whole. It gives its chunks up. */
  readonly take: (column: number) => Float64Array;
}

type CandleRow = [
  time: number,
  monthFirst: number,
  open: number,
  high: number,
  low: number,
  close: number,
  volume: number,
  line: number,
];

export function createCandleTable(): CandleTable {
  const chunks: Float64Array[][] = Array.from({ length: COLUMNS }, () => []);
  let rows = 0;
  return {
    rows: () => rows,
    add: (...row) => {
      if (rows >= MOST_ROWS) throw new DataError(`the file has more than ${MOST_ROWS} candles: cut it up`);
      const at = rows % CHUNK;
      for (let column = 0; column < COLUMNS; column++) {
        if (at === 0) chunks[column]!.push(new Float64Array(CHUNK));
        chunks[column]!.at(-1)![at] = row[column]!;
      }
      rows++;
    },
    take: (column) => {
      const whole = new Float64Array(rows);
      for (const [i, chunk] of chunks[column]!.entries())
        whole.set(chunk.subarray(0, Math.min(CHUNK, rows - i * CHUNK)), i * CHUNK);
      chunks[column] = [];
      return whole;
    },
  };
}

import type pg from 'pg';
import type { Candle } from '../schema/candle.ts';
import type { Timeframe } from '../schema/timeframe.ts';
import type { Queryable } from './database.ts';
import { snakeCase } from './snake-case.ts';
import type { WriteTerm } from './term/write-term.ts';

const columns: readonly (keyof Candle)[] = [
  'symbol',
  'timeframe',
  'openTime',
  'closeTime',
  'open',
  'high',
  'low',
  'close',
  'volume',
  'volumeKind',
  'ticks',
  'complete',
  'source',
  'lateTicks',
  'longestSilenceMs',
  'revision',
];
const types: Partial<Record<keyof Candle, string>> = {
  symbol: 'text',
  timeframe: 'text',
  openTime: 'bigint',
  closeTime: 'bigint',
  volumeKind: 'text',
  ticks: 'integer',
  complete: 'boolean',
  source: 'text',
  lateTicks: 'integer',
  revision: 'integer',
};
const names = columns.map(snakeCase).join(', ');
const selected = columns.map((name) => `${snakeCase(name)} as "${name}"`).join(', ');
const arrays = columns.map((name, i) => `$${i + 1}::${types[name] ?? 'float8'}[]`).join(', ');
const excluded = columns.slice(3).map((name) => `${snakeCase(name)} = excluded.${snakeCase(name)}`);

export interface CandlesTable {
  /** The newest `limit` closed candles, oldest first. */
  latest(symbol: string, timeframe: Timeframe, limit: number): Promise<Candle[]>;
  /** The newest `limit` closed candles that open before `before`, oldest first. */
  before(symbol: string, timeframe: Timeframe, before: number, limit: number): Promise<Candle[]>;
  /** Open time of the oldest candle; undefined where none is stored. */
  first(symbol: string, timeframe: Timeframe): Promise<number | undefined>;
  /** Candles that open in `[from, to)`, oldest first. */
  range(symbol: string, timeframe: Timeframe, from: number, to: number): Promise<Candle[]>;
  /** Opens and closes of the newest `limit` complete candles that open at or before `until`, oldest first. */
  closes(
    symbol: string,
    timeframe: Timeframe,
    until: number,
    limit: number,
  ): Promise<{ time: number[]; close: number[] }>;
  /** Inserts, or replaces where the revision is higher than the stored one. Answers how many rows changed. */
  save(candles: readonly Candle[]): Promise<number>;
  saveEmpty(symbol: string, timeframe: Timeframe, openTimes: readonly number[]): Promise<void>;
  /** Open times in `[from, to)` of windows that are known to hold no trade. */
  emptyIn(symbol: string, timeframe: Timeframe, from: number, to: number): Promise<number[]>;
  /** Deletes candles and empty windows of one timeframe that opened before `before`. Answers how many candles went. */
  prune(timeframe: Timeframe, before: number): Promise<number>;
}

export function candlesTable(pool: pg.Pool, { write }: Pick<WriteTerm, 'write'>): CandlesTable {
  return {
    async latest(symbol, timeframe, limit) {
      const { rows } = await pool.query<Candle>(
        `select ${selected} from candle where symbol = $1 and timeframe = $2 order by open_time desc limit $3`,
        [symbol, timeframe, limit],
      );
      return rows.reverse();
    },
    async before(symbol, timeframe, before, limit) {
      const { rows } = await pool.query<Candle>(
        `select ${selected} from candle
         where symbol = $1 and timeframe = $2 and open_time < $3 order by open_time desc limit $4`,
        [symbol, timeframe, before, limit],
      );
      return rows.reverse();
    },
    async first(symbol, timeframe) {
      const { rows } = await pool.query<{ open_time: number }>(
        `select open_time from candle where symbol = $1 and timeframe = $2 order by open_time limit 1`,
        [symbol, timeframe],
      );
      return rows[0]?.open_time;
    },
    async range(symbol, timeframe, from, to) {
      const { rows } = await pool.query<Candle>(
        `select ${selected} from candle
         where symbol = $1 and timeframe = $2 and open_time >= $3 and open_time < $4 order by open_time`,
        [symbol, timeframe, from, to],
      );
      return rows;
    },
    async closes(symbol, timeframe, until, limit) {
      const { rows } = await pool.query<{ openTime: number; close: number }>(
        `select open_time as "openTime", close from candle
         where symbol = $1 and timeframe = $2 and complete and open_time <= $3 order by open_time desc limit $4`,
        [symbol, timeframe, until, limit],
      );
      rows.reverse();
      return { time: rows.map((row) => row.openTime), close: rows.map((row) => row.close) };
    },
    async save(candles) {
      if (candles.length === 0) return 0;
      return write((session) => insertCandles(session, candles));
    },
    async saveEmpty(symbol, timeframe, openTimes) {
      if (openTimes.length === 0) return;
      await write((session) =>
        session.query(
          `insert into empty_window select $1, $2, time from unnest($3::bigint[]) as time on conflict do nothing`,
          [symbol, timeframe, openTimes],
        ),
      );
    },
    async emptyIn(symbol, timeframe, from, to) {
      const { rows } = await pool.query<{ open_time: number }>(
        `select open_time from empty_window
         where symbol = $1 and timeframe = $2 and open_time >= $3 and open_time < $4 order by open_time`,
        [symbol, timeframe, from, to],
      );
      return rows.map((row) => row.open_time);
    },
    async prune(timeframe, before) {
      const { rowCount } = await write(async (session) => {
        await session.query('delete from empty_window where timeframe = $1 and open_time < $2', [
          timeframe,
          before,
        ]);
        return session.query('delete from candle where timeframe = $1 and open_time < $2', [
          timeframe,
          before,
        ]);
      });
      return rowCount ?? 0;
    },
  };
}

/** Inserts, or replaces where the revision is higher than the stored one, in the caller's transaction. Answers how many rows changed. */
export async function insertCandles(session: Queryable, candles: readonly Candle[]): Promise<number> {
  const newest = [...newestRevisions(candles)];
  const { rowCount } = await session.query(
    `insert into candle (${names}) select * from unnest(${arrays})
     on conflict (symbol, timeframe, open_time) do update set ${excluded.join(', ')}
     where candle.revision < excluded.revision`,
    columns.map((name) => newest.map((candle) => candle[name])),
  );
  return rowCount ?? 0;
}

/** One statement may touch a row once only: of the same window the highest revision wins. */
function newestRevisions(candles: readonly Candle[]): Iterable<Candle> {
  const newest = new Map<string, Candle>();
  for (const candle of candles) {
    const key = `${candle.symbol} ${candle.timeframe} ${candle.openTime}`;
    if ((newest.get(key)?.revision ?? -1) < candle.revision) newest.set(key, candle);
  }
  return newest.values();
}

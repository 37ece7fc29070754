import type pg from 'pg';
import type { Candle } from '../schema/candle.ts';
import { SimulatedHistory } from '../schema/simulated-history.ts';
import { insertCandles } from './candles-table.ts';
import { noteName } from './notes.ts';
import type { Cause } from './record/cause.ts';
import { recordCauses } from './record/record-causes.ts';
import type { WriteTerm } from './term/write-term.ts';

/** What the demo was filled with at its first start. */
export interface SimulatedHistoryTable {
  /** Undefined where none was written. */
  readonly read: () => Promise<SimulatedHistory | undefined>;
  /** Was nothing ever stored, so that there is room for one? */
  readonly isEmpty: () => Promise<boolean>;
  /** All of it or nothing, once. */
  readonly write: (
    history: SimulatedHistory,
    candles: readonly Candle[],
    causes: readonly Cause[],
  ) => Promise<void>;
}

const note = noteName('simulated history');
/** Candles of one statement. */
const batch = 2000;

export function simulatedHistoryTable(
  pool: pg.Pool,
  { write }: Pick<WriteTerm, 'write'>,
  epoch: string,
): SimulatedHistoryTable {
  return {
    read: async () => {
      const { rows } = await pool.query<{ value: string }>('select value from meta where key = $1', [note]);
      return rows[0] === undefined ? undefined : SimulatedHistory.parse(JSON.parse(rows[0].value));
    },
    isEmpty: async () => {
      const { rows } = await pool.query<{ taken: boolean }>(
        `select exists (select from candle) or exists (select from decision) or exists (select from signal_log) as taken`,
      );
      return !rows[0]!.taken;
    },
    write: (history, candles, causes) =>
      write(async (session) => {
        await session.query('insert into meta values ($1, $2)', [note, JSON.stringify(history)]);
        for (let i = 0; i < candles.length; i += batch)
          await insertCandles(session, candles.slice(i, i + batch));
        await recordCauses(session, causes, { epoch, now: history.to });
      }),
  };
}

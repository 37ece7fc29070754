import type pg from 'pg';
import type { ResolvedFrame, SignalFrame, SignalLogFrame } from '../schema/wire.ts';
import type { Queryable } from './database.ts';

/** Frames kept for replay. Clients are promised 300; a gateway that reads slower than a storm of closes writes needs more. */
const keptFrames = 10_000;

/** A frame of the log before it is in it. */
export type UnnumberedFrame = Omit<SignalFrame, 'epoch' | 'offset'> | Omit<ResolvedFrame, 'epoch' | 'offset'>;

interface LogPosition {
  /** Names this database's log. */
  readonly epoch: string;
  /** Of the newest frame; 0 before the first. */
  readonly offset: number;
  /** Of the oldest frame still kept: `since` from here minus one on can be replayed. */
  readonly first: number;
}

export interface SignalLog {
  position(): Promise<LogPosition>;
  /** Frames after `offset`, oldest first. */
  since(offset: number, limit?: number): Promise<SignalLogFrame[]>;
}

export function signalLog(pool: pg.Pool, epoch: string): SignalLog {
  return {
    async position() {
      const { rows } = await pool.query<{ last: number; first: number | null }>(
        `select last_offset as last, (select min(log_offset) from signal_log) as first from log_position`,
      );
      const { last, first } = rows[0]!;
      return { epoch, offset: last, first: first ?? last + 1 };
    },
    async since(offset, limit = keptFrames) {
      const { rows } = await pool.query<{ frame: SignalLogFrame }>(
        'select frame from signal_log where log_offset > $1 order by log_offset limit $2',
        [offset, limit],
      );
      return rows.map((row) => row.frame);
    },
  };
}

/**
 * Numbers frames within a transaction, in their order. The counter's row stays locked until the commit, so offsets are handed out
 * in the order of commits and a reader never sees a later one before an earlier one.
 */
export async function appendFrames(
  session: Queryable,
  epoch: string,
  frames: readonly UnnumberedFrame[],
): Promise<SignalLogFrame[]> {
  if (frames.length === 0) return [];
  const { rows } = await session.query<{ last_offset: number }>(
    'update log_position set last_offset = last_offset + $1 returning last_offset',
    [frames.length],
  );
  const last = rows[0]!.last_offset;
  const numbered = frames.map((frame, i) => ({ ...frame, epoch, offset: last - frames.length + 1 + i }));
  await session.query(
    `insert into signal_log (log_offset, frame)
     select (frame ->> 'offset')::bigint, frame from jsonb_array_elements($1::jsonb) as frame`,
    [JSON.stringify(numbered)],
  );
  await session.query('delete from signal_log where log_offset <= $1', [last - keptFrames]);
  return numbered;
}

import type pg from 'pg';
import { ownerOf } from '../schema/strategies/assignment.ts';
import type { ResultsQuery } from '../schema/performance.ts';
import type { Outcome } from '../schema/signal.ts';
import type { Withheld } from '../schema/signal-event.ts';
import type { WithheldCall, WithheldQuery } from '../schema/signal-list.ts';
import { resultsWhere } from './results-where.ts';

export interface ShadowTable {
  /** Withheld decisions that are still followed, oldest first. */
  open(symbol?: string): Promise<Withheld[]>;
  /** Those that have ended, in the order of their ends; of more than `limit` (100,000) the latest. */
  resolved(query?: ResultsQuery, limit?: number): Promise<(Withheld & { outcome: Outcome })[]>;
  /** The latest withheld decisions, followed still or ended, newest first. */
  latest(query: WithheldQuery): Promise<WithheldCall[]>;
}

export function shadowTable(pool: pg.Pool): ShadowTable {
  return {
    async open(symbol) {
      const { rows } = await pool.query<{ body: Withheld }>(
        `select body from shadow where status = 'open' and ($1::text is null or symbol = $1) order by created_at, id`,
        [symbol ?? null],
      );
      return rows.map((row) => row.body);
    },
    async resolved(query = {}, limit = 100_000) {
      const { where, values } = resultsWhere(query, "body ->> 'signal_type'");
      const { rows } = await pool.query<{ body: Withheld; outcome: Outcome }>(
        `select body, outcome from shadow where ${where} order by resolved_at desc, id desc limit $8`,
        [...values, limit],
      );
      return rows.map(({ body, outcome }) => Object.assign(body, { outcome })).reverse();
    },
    async latest({ symbol, timeframe, assignment, mode = 'all', limit }) {
      const { rows } = await pool.query<{ body: Withheld; outcome: Outcome | null }>(
        `select body, outcome from shadow
         where ($1::text is null or symbol = $1) and ($2::text is null or timeframe = $2)
           and ($4::text is null or assignment = $4) and ($5::text is null or mode = $5)
         order by created_at desc, id desc, gate limit $3`,
        [symbol ?? null, timeframe ?? null, limit, assignment ?? null, mode === 'all' ? null : mode],
      );
      return rows.map(({ body, outcome }) => Object.assign(body, ownerOf(body), { outcome }));
    },
  };
}

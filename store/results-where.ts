import type { ResultsQuery } from '../schema/performance.ts';

/**
 * SQL of the rows that a query of results asks for, and its values from `$1` on. `side` is the expression of a row's direction.
 */
export function resultsWhere(
  { symbol, timeframe, side, since, until, assignment, mode }: ResultsQuery,
  sideOf: string,
): { readonly where: string; readonly values: unknown[] } {
  return {
    where: `resolved_at is not null and ($1::text is null or symbol = $1) and ($2::text is null or timeframe = $2)
      and ($3::text is null or ${sideOf} = $3) and ($4::bigint is null or resolved_at >= $4) and ($5::bigint is null or resolved_at < $5)
      and ($6::text is null or assignment = $6) and ($7::text is null or mode = $7)`,
    values: [
      symbol ?? null,
      timeframe ?? null,
      side ?? null,
      whole(since),
      whole(until),
      assignment ?? null,
      mode === undefined || mode === 'all' ? null : mode,
    ],
  };
}

/** Times are whole in the table, and the index on them serves no others: the next whole one bounds the same rows. */
const whole = (ms: number | undefined): number | null => (ms === undefined ? null : Math.ceil(ms));

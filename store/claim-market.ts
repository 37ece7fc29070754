import type { Queryable } from './database.ts';

/** The kind of prices that a database holds. */
export type StoredMarket = 'demo' | 'live';

/** The database belongs to the other kind of server. */
export class OtherMarketError extends Error {
  override readonly name = 'OtherMarketError';
}

/**
 * Marks a database with its market at the first use. Throws OtherMarketError where it belongs to the other one: invented candles would be
 * analysed as real ones, and posts of one server sent, or ended, by the other.
 */
export async function claimMarket(session: Queryable, market: StoredMarket): Promise<void> {
  await session.query(`insert into meta values ('market', $1) on conflict (key) do nothing`, [market]);
  const { rows } = await session.query<{ value: string }>(`select value from meta where key = 'market'`);
  if (rows[0]?.value === market) return;
  throw new OtherMarketError(
    market === 'live'
      ? 'this database holds what the demo has invented: set another DATABASE_URL or DATA_DIR'
      : "this database is a live server's, and without TWELVEDATA_API_KEY this one is the demo, which would mix invented prices into it: set the key, or another DATABASE_URL or DATA_DIR",
  );
}

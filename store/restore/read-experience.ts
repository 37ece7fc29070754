import type pg from 'pg';
import { Experience, Following, type KeptExperience } from '../../schema/strategies/experience.ts';
import type { Timeframe } from '../../schema/timeframe.ts';
import { grouped } from './grouped.ts';

/** What the candidates of each assignment have taught on a symbol's candles, and those that are followed. Rows of bytes of another version are left out. */
export async function readExperience(
  pool: Pick<pg.Pool, 'query'>,
  symbols: readonly string[],
): Promise<(symbol: string) => readonly KeptExperience[]> {
  const { rows } = await pool.query<KeptRow>(
    `select symbol, timeframe, assignment, experience, following,
       (select encode(string_agg(candidate.body, ''::bytea order by candidate.close_time), 'base64') from candidate
        where candidate.symbol = decision.symbol and candidate.timeframe = decision.timeframe
          and candidate.assignment = decision.assignment and candidate.version = (following ->> 'version')::int
          and candidate.close_time <= (following ->> 'until')::bigint
          and candidate.expires_at > (following ->> 'until')::bigint) as candidates
     from decision where symbol = any ($1::text[]) and (experience is not null or following is not null)
     order by symbol, timeframe, assignment`,
    [symbols],
  );
  const sound = rows.map(({ symbol, timeframe, assignment, experience, following, candidates }) => ({
    symbol,
    timeframe,
    assignment,
    experience: Experience.safeParse(experience).data,
    following: Following.safeParse(following).data,
    candidates: candidates ?? undefined,
  }));
  return grouped(sound, ({ symbol }) => symbol);
}

interface KeptRow {
  readonly symbol: string;
  readonly timeframe: Timeframe;
  readonly assignment: string;
  readonly experience: unknown;
  readonly following: unknown;
  /** With line breaks. */
  readonly candidates: string | null;
}

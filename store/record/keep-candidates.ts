import { ownerOf } from '../../schema/strategies/assignment.ts';
import type { SignalEvent } from '../../schema/signal-event.ts';
import type { Queryable } from '../database.ts';

/**
 * Keeps what decisions tell of the candidates that are followed, and sweeps those that are over, or that a clock which was ahead has left. Columns, not
 * JSON: there is one at nearly every close.
 */
export async function keepCandidates(
  session: Queryable,
  events: readonly Extract<SignalEvent, { kind: 'decided' }>[],
): Promise<void> {
  const followed = events.flatMap(({ decision, followed }) => (followed ? { decision, followed } : []));
  const changed = followed.flatMap(({ decision, followed: { following, changed } }) =>
    changed.map((one) => ({ decision, one, version: following.version })),
  );
  if (changed.length > 0)
    await session.query(
      `insert into candidate (symbol, timeframe, assignment, close_time, expires_at, version, body)
       select symbol, timeframe, assignment, close_time, expires_at, version, decode(body, 'base64')
       from unnest($1::text[], $2::text[], $3::text[], $4::bigint[], $5::bigint[], $6::int[], $7::text[])
         as taken (symbol, timeframe, assignment, close_time, expires_at, version, body)
       on conflict (symbol, timeframe, assignment, close_time)
         do update set expires_at = excluded.expires_at, version = excluded.version, body = excluded.body`,
      [
        ...placesOf(changed.map(({ decision }) => decision)),
        changed.map(({ one }) => one.from),
        changed.map(({ one }) => one.expiresAt),
        changed.map(({ version }) => version),
        changed.map(({ one }) => one.text),
      ],
    );
  const swept = followed.flatMap(({ decision, followed: { isSwept } }) => (isSwept ? decision : []));
  if (swept.length > 0)
    await session.query(
      `delete from candidate using unnest($1::text[], $2::text[], $3::text[], $4::bigint[]) as swept (symbol, timeframe, assignment, until)
       where candidate.symbol = swept.symbol and candidate.timeframe = swept.timeframe
         and candidate.assignment = swept.assignment and (candidate.expires_at <= swept.until or candidate.close_time > swept.until)`,
      [...placesOf(swept), swept.map(({ close_time }) => close_time)],
    );
}

type Decided = Extract<SignalEvent, { kind: 'decided' }>['decision'];

const placesOf = (decisions: readonly Decided[]) => [
  decisions.map(({ symbol }) => symbol),
  decisions.map(({ timeframe }) => timeframe),
  decisions.map((decision) => ownerOf(decision).assignment),
];

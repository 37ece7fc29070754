import { ownerOf } from '../../schema/strategies/assignment.ts';
import type { SignalEvent } from '../../schema/signal-event.ts';
import { timeframeMs } from '../../schema/timeframe.ts';
import type { Queryable } from '../database.ts';

/** Closes from one sweep of a place to the next: what is over takes no part in anything. */
const sweptEvery = 16;

/** Keeps what decisions tell of the candidates that are followed. Columns, not JSON: there is one at nearly every close. */
export async function keepCandidates(
  session: Queryable,
  events: readonly Extract<SignalEvent, { kind: 'decided' }>[],
): Promise<void> {
  const followed = events.flatMap(({ decision, followed }) => (followed ? { decision, followed } : []));
  const changed = followed.flatMap(({ decision, followed }) =>
    followed.changed.map((one) => ({ decision, one })),
  );
  if (changed.length > 0)
    await session.query(
      `insert into candidate (symbol, timeframe, assignment, close_time, expires_at, body)
       select symbol, timeframe, assignment, close_time, expires_at, decode(body, 'base64')
       from unnest($1::text[], $2::text[], $3::text[], $4::bigint[], $5::bigint[], $6::text[])
         as taken (symbol, timeframe, assignment, close_time, expires_at, body)
       on conflict (symbol, timeframe, assignment, close_time) do update set expires_at = excluded.expires_at, body = excluded.body`,
      [
        ...placesOf(changed.map(({ decision }) => decision)),
        changed.map(({ one }) => one.from),
        changed.map(({ one }) => one.expiresAt),
        changed.map(({ one }) => one.text),
      ],
    );
  const swept = followed
    .map(({ decision }) => decision)
    .filter(
      ({ timeframe, close_time }) => Math.floor(close_time / timeframeMs[timeframe]) % sweptEvery === 0,
    );
  if (swept.length > 0)
    await session.query(
      `delete from candidate using unnest($1::text[], $2::text[], $3::text[], $4::bigint[]) as swept (symbol, timeframe, assignment, until)
       where candidate.symbol = swept.symbol and candidate.timeframe = swept.timeframe
         and candidate.assignment = swept.assignment and candidate.expires_at <= swept.until`,
      [...placesOf(swept), swept.map(({ close_time }) => close_time)],
    );
}

type Decided = Extract<SignalEvent, { kind: 'decided' }>['decision'];

const placesOf = (decisions: readonly Decided[]) => [
  decisions.map(({ symbol }) => symbol),
  decisions.map(({ timeframe }) => timeframe),
  decisions.map((decision) => ownerOf(decision).assignment),
];

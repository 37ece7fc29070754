import { type Owner, ownerOf } from '../schema/strategies/assignment.ts';
import type { PostKind } from '../schema/post-job.ts';
import type { Decision, Delivery, Outcome, Signal } from '../schema/signal.ts';

/** A signal as issued: what never changes after. */
export type SignalBody = Omit<
  Signal,
  'status' | 'outcome' | 'levels_outcome' | 'deliveries' | 'end_deliveries'
>;

export function bodyOf(signal: Signal): SignalBody {
  const {
    status: _status,
    outcome: _outcome,
    levels_outcome: _levels,
    deliveries: _deliveries,
    end_deliveries: _ends,
    ...body
  } = signal;
  return body;
}

export interface SignalRow {
  readonly body: SignalBody;
  readonly status: Signal['status'];
  readonly outcome: Outcome | null;
  readonly levels_outcome: Outcome | null;
  readonly deliveries: Delivery[] | null;
  readonly end_deliveries: Delivery[] | null;
}

/** Columns of a SignalRow; `signal` must be in the query's `from`. */
export const signalColumns = `signal.body, signal.status, signal.outcome, signal.levels_outcome,
  ${deliveriesOf('opening')} as deliveries, ${deliveriesOf('end')} as end_deliveries`;

function deliveriesOf(kind: PostKind): string {
  return `(select jsonb_agg(jsonb_build_object('channel', channel, 'state', state, 'attempts', attempts, 'last_answer', last_answer,
     'remote_id', remote_id, 'updated_at', updated_at) order by channel)
   from outbox where outbox.signal_id = signal.id and outbox.kind = '${kind}')`;
}

/** Of what was stored before assignments: the default one's, by the version of its model. */
export function withOwner<T extends Pick<Decision, 'lineage' | keyof Owner>>(body: T): T {
  const { version } = body.lineage;
  return { ...body, ...ownerOf(body), version: body.version ?? (typeof version === 'string' ? version : '') };
}

export const signalOf = (row: SignalRow): Signal => ({
  ...withOwner(row.body),
  status: row.status,
  outcome: row.outcome,
  ...(row.levels_outcome && { levels_outcome: row.levels_outcome }),
  deliveries: row.deliveries ?? [],
  ...(row.end_deliveries !== null && { end_deliveries: row.end_deliveries }),
});

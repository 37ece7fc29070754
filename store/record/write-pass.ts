import { ownerOf } from '../../schema/strategies/assignment.ts';
import type { Decision, Signal } from '../../schema/signal.ts';
import type { SignalEvent } from '../../schema/signal-event.ts';
import type { Queryable } from '../database.ts';
import { insertEndPosts } from '../posts/end-posts.ts';
import { appendFrames, type UnnumberedFrame } from '../signal-log.ts';
import type { Cause, Recorded } from './cause.ts';
import { keepCandidates } from './keep-candidates.ts';
import {
  decide,
  type Ended,
  endLevels,
  insertPosts,
  openSignals,
  resolveSignals,
  resolveWithheld,
  withhold,
} from './statements.ts';

/** An event, its cause, and what becomes of that. */
export interface Entry<E extends SignalEvent = SignalEvent> {
  readonly event: E;
  readonly cause: Pick<Cause, 'channels' | 'endChannels'>;
  readonly recorded: Recorded;
}

/** Writes one pass: a statement a kind, then the frames of what changed, then the posts, which take their order from the frames. */
export async function writePass(
  session: Queryable,
  pass: readonly Entry[],
  { epoch, now }: { readonly epoch: string; readonly now: number },
): Promise<void> {
  const of = <K extends SignalEvent['kind']>(kind: K) =>
    pass.flatMap(({ event }) => (isOf(event, kind) ? event : []));
  // What ends goes first: it makes room for what opens.
  const resolved = await resolveSignals(session, of('resolved'), now);
  const opened = await openSignals(session, of('opened'));
  await decide(session, of('decided'), now);
  await keepCandidates(session, of('decided'));
  await endLevels(session, of('levels_resolved'));
  await withhold(session, of('withheld'));
  await resolveWithheld(session, of('withheld_resolved'));

  const changes = pass.flatMap((entry) => changeOf(entry, { resolved, opened, now }) ?? []);
  const frames = await appendFrames(
    session,
    epoch,
    changes.map(({ frame }) => frame),
  );
  const numbered = changes.map((change, i) => ({ ...change, position: frames[i]!.offset }));
  for (const [i, { entry }] of changes.entries()) entry.recorded.frames.push(frames[i]!);

  const posts = numbered.flatMap(({ signal, position }) =>
    signal === undefined ? [] : { signal, position },
  );
  await insertPosts(session, posts, now);
  for (const { entry, signal } of numbered) if (signal !== undefined) entry.recorded.opened.push(signal);
  const ends = numbered.flatMap(({ entry: { event, cause, recorded }, position }) =>
    event.kind === 'resolved' ? { signalId: event.id, channels: cause.endChannels, position, recorded } : [],
  );
  const told = await insertEndPosts(session, ends, now);
  for (const { signalId, recorded } of ends) recorded.ended.push(...(told.get(signalId) ?? []));
}

interface Change {
  readonly entry: Entry;
  readonly frame: UnnumberedFrame;
  /** The new signal, as it is stored. */
  readonly signal?: Signal;
}

/** What is broadcast of an event; undefined where it has changed nothing that others see: of a shadow's nothing is. */
function changeOf(
  entry: Entry,
  {
    resolved,
    opened,
    now,
  }: { resolved: ReadonlyMap<string, Ended>; opened: ReadonlySet<string>; now: number },
): Change | undefined {
  const { event, cause } = entry;
  if (event.kind === 'resolved') {
    const whose = resolved.get(event.id);
    if (whose === undefined || whose.mode === 'shadow') return undefined;
    const { symbol, timeframe, id, outcome } = event;
    const timestamp = outcome.resolved_at;
    return { entry, frame: { type: 'signal_resolved', symbol, timeframe, ...whose, id, outcome, timestamp } };
  }
  if (event.kind === 'opened' && opened.has(event.signal.id) && !isShadow(event.signal)) {
    const signal = asStored(event.signal, channelsOf(event, cause), now);
    return { entry, signal, frame: updateOf(signal, signal.created_at) };
  }
  if (event.kind === 'decided' && event.changed && !isShadow(event.decision))
    return { entry, frame: updateOf(event.decision, now) };
  return undefined;
}

const isShadow = (decided: Decision): boolean => ownerOf(decided).mode === 'shadow';

/** A live signal goes where its event says, as far as its cause goes there; any other nowhere. */
function channelsOf(
  { signal, channels }: Extract<SignalEvent, { kind: 'opened' }>,
  cause: Entry['cause'],
): readonly string[] {
  if (ownerOf(signal).mode !== 'live') return [];
  return cause.channels.filter((channel) => channels?.includes(channel) ?? true);
}

const updateOf = (
  signal: Extract<UnnumberedFrame, { type: 'signal_update' }>['signal'],
  timestamp: number,
): UnnumberedFrame => ({
  type: 'signal_update',
  symbol: signal.symbol,
  timeframe: signal.timeframe,
  ...ownerOf(signal),
  ...(signal.version !== undefined && { version: signal.version }),
  signal,
  signal_changed: true,
  timestamp,
});

const asStored = (signal: Signal, channels: readonly string[], now: number): Signal => ({
  ...signal,
  status: 'open',
  outcome: null,
  deliveries: channels.map((channel) => ({
    channel,
    state: 'queued',
    attempts: 0,
    last_answer: null,
    remote_id: null,
    updated_at: now,
  })),
});

const isOf = <K extends SignalEvent['kind']>(
  event: SignalEvent,
  kind: K,
): event is Extract<SignalEvent, { kind: K }> => event.kind === kind;

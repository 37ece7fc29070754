import type { Signal } from '../../schema/signal.ts';
import type { SignalEvent } from '../../schema/signal-event.ts';
import type { SignalLogFrame } from '../../schema/wire.ts';
import type { Queryable } from '../database.ts';
import { passesOf } from './passes-of.ts';
import { writePass } from './write-pass.ts';

/** The events of one tick or close, and where they are to be posted. */
export interface Cause {
  readonly events: readonly SignalEvent[];
  /** Channels that get signals, and those that are told how signals end. */
  readonly channels: readonly string[];
  readonly endChannels: readonly string[];
}

export interface Recorded {
  /** To broadcast, in this order, now that they are committed. */
  readonly frames: SignalLogFrame[];
  /** New signals, to be queued for their channels. Those whose id was known are not here. */
  readonly opened: Signal[];
  /** Signals whose end is to be posted: queue it for the channels of their `end_deliveries`. */
  readonly ended: Signal[];
}

/**
 * Writes causes in the caller's transaction, with as many statements as one of them takes. The first insert of an id wins; a repetition
 * changes nothing. Answers in the order of the causes.
 */
export async function recordCauses(
  session: Queryable,
  causes: readonly Cause[],
  options: { readonly epoch: string; readonly now: number },
): Promise<Recorded[]> {
  const all = causes.map((cause) => ({ cause, recorded: nothingYet() }));
  const entries = all.flatMap(({ cause, recorded }) =>
    cause.events.map((event) => ({ event, cause, recorded })),
  );
  for (const pass of passesOf(entries)) await writePass(session, pass, options);
  return all.map(({ recorded }) => recorded);
}

const nothingYet = (): Recorded => ({ frames: [], opened: [], ended: [] });

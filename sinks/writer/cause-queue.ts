import type { SignalEvent } from '../../schema/signal-event.ts';
import type { SignalLogFrame } from '../../schema/wire.ts';
import type { Log } from '../../store/log.ts';
import type { Store } from '../../store/open-store.ts';
import type { Recorded } from '../../store/record-events.ts';
import type { Write } from './patient-write.ts';

/** Too many causes wait for the database: the newest is refused. */
export class StoreBusyError extends Error {
  override name = 'StoreBusyError';
}

interface Cause {
  readonly events: readonly SignalEvent[];
  readonly channels: readonly string[];
  readonly endChannels: readonly string[];
  readonly resolve: (recorded: Recorded) => void;
  readonly reject: (error: unknown) => void;
}

/** Causes of signal events that wait for the database, written one by one in order of arrival. */
export interface CauseQueue {
  /** Resolves after the commit with what to broadcast and queue. Rejects where the database refuses, or with StoreBusyError. */
  readonly record: (
    events: readonly SignalEvent[],
    channels: readonly string[],
    endChannels: readonly string[],
  ) => Promise<Recorded>;
  /** Resolves when every cause recorded before has been committed or refused. */
  readonly settled: () => Promise<void>;
  /** Writes the oldest. False where the database is away. */
  readonly flush: () => Promise<boolean>;
  readonly sizes: () => { waiting: number; refused: number };
  /** Refuses what waits. */
  readonly close: () => void;
}

/**
 * Its owner is the only writer of the signal log, but for the seconds in which another takes over: after a commit whose answer got
 * lost, frames that others wrote meanwhile are not its own.
 */
export function causeQueue(options: {
  readonly store: Pick<Store, 'log' | 'record'>;
  readonly log: Log;
  readonly write: Write;
  readonly most: number;
}): CauseQueue {
  const { store, log, write, most } = options;
  const causes: Cause[] = [];
  let refused = 0;
  let lastOffset: number | undefined;
  /** True where the last try may have been committed. */
  let unsure = false;
  let newest: Promise<unknown> = Promise.resolve();

  /**
   * The previous try may have been committed although its response was lost: then its frames are in the log. Events without one there
   * are written now; writing the others again changes nothing.
   */
  const recovered = async (cause: Cause, offset: number): Promise<Recorded> => {
    const since = await store.log.since(offset);
    const frames = since.filter((frame) => cause.events.some((event) => isFrameOf(event, frame)));
    const opened = frames.flatMap((frame) =>
      frame.type === 'signal_update' && 'id' in frame.signal ? [frame.signal] : [],
    );
    const rest = cause.events.filter((event) => !frames.some((frame) => isFrameOf(event, frame)));
    const written = await store.record(rest, cause.channels, cause.endChannels);
    // The sweep queues the posts of ends that were committed then.
    return { ...written, frames: [...frames, ...written.frames], opened: [...opened, ...written.opened] };
  };
  const noMatter = () => undefined;

  return {
    record: (events, channels, endChannels) => {
      if (causes.length >= most) {
        refused += 1;
        log.error({ refusedCauses: refused, events }, 'too many events wait for the database: refused');
        return Promise.reject(new StoreBusyError(`${causes.length} causes wait for the database`));
      }
      const cause = Promise.withResolvers<Recorded>();
      causes.push({ events, channels, endChannels, ...cause });
      newest = cause.promise;
      return cause.promise;
    },
    // Causes are written in order: after the newest none is left.
    settled: () => newest.then(noMatter, noMatter),
    flush: async () => {
      const cause = causes[0];
      if (cause === undefined) return true;
      const taken = await write(
        async () => {
          lastOffset ??= (await store.log.position()).offset;
          const recorded = await (unsure
            ? recovered(cause, lastOffset)
            : store.record(cause.events, cause.channels, cause.endChannels));
          unsure = false;
          lastOffset = recorded.frames.at(-1)?.offset ?? lastOffset;
          cause.resolve(recorded);
        },
        (error) => {
          unsure = false;
          log.error({ err: error, events: cause.events }, 'the database refuses events');
          cause.reject(error);
        },
      );
      if (taken) causes.shift();
      else unsure = true;
      return taken;
    },
    sizes: () => ({ waiting: causes.length, refused }),
    close: () => {
      for (const { reject } of causes.splice(0)) reject(new StoreBusyError('the server stops'));
    },
  };
}

/** Is this the frame of that event? */
function isFrameOf(event: SignalEvent, frame: SignalLogFrame): boolean {
  if (frame.type === 'signal_resolved') return event.kind === 'resolved' && event.id === frame.id;
  const { signal } = frame;
  if ('id' in signal) return event.kind === 'opened' && event.signal.id === signal.id;
  if (event.kind !== 'decided' || !event.changed) return false;
  const { symbol, timeframe, close_time } = event.decision;
  return symbol === frame.symbol && timeframe === frame.timeframe && close_time === signal.close_time;
}

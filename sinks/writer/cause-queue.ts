import type { AnalysedWindow, SignalEvent } from '../../schema/signal-event.ts';
import { isDatabaseAway } from '../../store/database.ts';
import type { Log } from '../../store/log.ts';
import type { Store } from '../../store/open-store.ts';
import type { Cause, Recorded } from '../../store/record/cause.ts';
import { StaleTermError } from '../../store/term/check-term.ts';
import type { Write } from './patient-write.ts';
import { recoverCauses } from './recover-causes.ts';

/** Too many causes wait for the database: the newest is refused. */
export class StoreBusyError extends Error {
  override name = 'StoreBusyError';
}

/** Causes of one transaction. */
const most = 500;
/** Memory of an event that waits, besides the text of its candles, bytes. */
const eventBytes = 8192;

interface Waiting {
  readonly cause: Cause;
  readonly bytes: number;
  readonly resolve: (recorded: Recorded) => void;
  readonly reject: (error: unknown) => void;
}

/** Causes of signal events that wait for the database, written in order of arrival, as many in a transaction as wait. */
export interface CauseQueue {
  /** Resolves after the commit with what to broadcast and queue. Rejects where the database refuses, or with StoreBusyError. */
  readonly record: (cause: Cause) => Promise<Recorded>;
  /** Resolves when every cause recorded before has been committed or refused. */
  readonly settled: () => Promise<void>;
  /** Writes the oldest, together. False where the database is away. */
  readonly flush: () => Promise<boolean>;
  readonly sizes: () => { waiting: number; refused: number };
  /** Refuses what waits. */
  readonly close: () => void;
}

/**
 * Its owner is the only writer of the signal log, but for the seconds in which another takes over: after a commit whose answer got
 * lost, frames that others wrote meanwhile are not its own. A transaction that the database refuses is halved until the cause is found
 * that it refuses; the others are written, in their order.
 */
export function causeQueue(options: {
  readonly store: Pick<Store, 'log' | 'recordAll'>;
  readonly log: Log;
  readonly write: Write;
  /** Of causes that wait. */
  readonly mostBytes: number;
}): CauseQueue {
  const { store, log, write, mostBytes } = options;
  const queue: Waiting[] = [];
  let bytes = 0;
  let refused = 0;
  let lastOffset: number | undefined;
  /** True where the last try may have been committed. */
  let unsure = false;
  let newest: Promise<unknown> = Promise.resolve();

  const take = (count: number): Waiting[] => {
    const taken = queue.splice(0, count);
    for (const one of taken) bytes -= one.bytes;
    return taken;
  };
  /** Writes the first `count`. Throws where the database is away, and then what is left is at the head of the queue. */
  const commit = async (count: number, isUnsure: boolean): Promise<void> => {
    const causes = queue.slice(0, count).map(({ cause }) => cause);
    let recorded: Recorded[];
    try {
      lastOffset ??= (await store.log.position()).offset;
      recorded = await (isUnsure ? recoverCauses(store, causes, lastOffset) : store.recordAll(causes));
    } catch (error) {
      if (isDatabaseAway(error)) throw error;
      if (error instanceof StaleTermError) {
        log.error({ err: error, causes: count }, 'the database takes no events of this process any more');
        for (const { reject } of take(count)) reject(error);
        return;
      }
      if (count > 1) {
        await commit(count >> 1, isUnsure);
        await commit(count - (count >> 1), isUnsure);
        return;
      }
      log.error({ err: error, events: causes[0]!.events }, 'the database refuses events');
      take(1)[0]!.reject(error);
      return;
    }
    lastOffset = Math.max(lastOffset, ...recorded.map(({ frames }) => frames.at(-1)?.offset ?? 0));
    for (const [i, { resolve }] of take(count).entries()) resolve(recorded[i]!);
  };
  const noMatter = () => undefined;

  return {
    record: (cause) => {
      const size = bytesOf(cause.events);
      if (bytes + size > mostBytes && queue.length > 0) {
        refused += 1;
        log.error(
          { refusedCauses: refused, events: cause.events },
          'too many events wait for the database: refused',
        );
        return Promise.reject(
          new StoreBusyError(`${queue.length} causes, ${bytes} bytes, wait for the database`),
        );
      }
      const one = Promise.withResolvers<Recorded>();
      queue.push({ cause, bytes: size, ...one });
      bytes += size;
      newest = one.promise;
      return one.promise;
    },
    // Causes are written in order: after the newest none is left.
    settled: () => newest.then(noMatter, noMatter),
    flush: () =>
      queue.length === 0
        ? Promise.resolve(true)
        : write(
            async () => {
              const wasUnsure = unsure;
              unsure = true;
              await commit(Math.min(most, queue.length), wasUnsure);
              unsure = false;
            },
            // `commit` throws nothing but an absence.
            () => {},
          ),
    sizes: () => ({ waiting: queue.length, refused }),
    close: () => {
      for (const { reject } of take(queue.length)) reject(new StoreBusyError('the server stops'));
    },
  };
}

const bytesOf = (events: readonly SignalEvent[]): number =>
  events.reduce((sum, event) => sum + eventBytes + (event.kind === 'opened' ? lengthOf(event) : 0), 0);

const lengthOf = ({ window, frames = {} }: AnalysedWindow): number =>
  Object.values(frames).reduce((sum, frame) => sum + frame.length, window.length);

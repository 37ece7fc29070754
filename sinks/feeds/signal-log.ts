import type { SignalLogFrame } from '../../schema/wire.ts';
import { textFrame } from './text-frame.ts';

export interface LogEntry {
  readonly frame: SignalLogFrame;
  readonly bytes: Buffer;
}

export interface SignalLogOptions {
  /** Name of the log and its last offset. */
  readonly head: { readonly epoch: string; readonly offset: number };
  /** Frames after `offset`, oldest first, at most `limit`. */
  readonly since: (offset: number, limit: number) => Promise<readonly SignalLogFrame[]>;
  /** Number of newest frames that the store keeps. @default 1000 */
  readonly kept?: number;
  /** Frames kept in memory. @default 1000 */
  readonly capacity?: number;
}

export interface SignalLog {
  readonly epoch: string;
  readonly head: () => number;
  readonly append: (frame: SignalLogFrame) => LogEntry;
  /**
   * Frames after `offset` up to the current head, oldest first, in pages; undefined where the log does not reach back
   * that far, or has not reached it. Offsets have no gaps: where the store has one, the iteration throws, and
   * later calls that would meet it return undefined.
   */
  readonly after: (offset: number) => AsyncIterable<readonly LogEntry[]> | undefined;
}

const page = 100;

/**
 * The newest part of the signal log in memory, each frame serialised once, backed by the store: a thousand clients that
 * reconnect after a restart read each page of the store once, not once per client.
 */
export function createSignalLog(options: SignalLogOptions): SignalLog {
  const { head, since, kept = 1000, capacity = 1000 } = options;
  const recent: LogEntry[] = [];
  /** `recent` holds every frame after this offset. */
  let floor = head.offset;
  let last = head.offset;
  /** Oldest offset that the store can return. */
  let oldest = 1;
  const reading = new Map<number, Promise<readonly LogEntry[]>>();

  const fromStore = (offset: number): Promise<readonly LogEntry[]> => {
    const pending = reading.get(offset);
    if (pending !== undefined) return pending;
    const read = since(offset, page)
      .then((frames) => frames.map((frame) => ({ frame, bytes: textFrame(frame) })))
      .finally(() => reading.delete(offset));
    reading.set(offset, read);
    return read;
  };

  async function* pages(from: number, to: number) {
    let offset = from;
    while (offset < to) {
      if (offset >= floor) {
        const rest = recent.filter((entry) => entry.frame.offset > offset && entry.frame.offset <= to);
        for (let i = 0; i < rest.length; i += page) yield rest.slice(i, i + page);
        return;
      }
      const read = await fromStore(offset);
      if (read[0]?.frame.offset !== offset + 1) {
        oldest = read[0]?.frame.offset ?? floor + 1;
        throw new Error(`the signal log has no frame ${offset + 1}`);
      }
      const entries = read.filter((entry) => entry.frame.offset <= to);
      if (entries.length > 0) yield entries;
      if (entries.length < read.length) return;
      offset = read.at(-1)!.frame.offset;
    }
  }

  return {
    epoch: head.epoch,
    head: () => last,
    append: (frame) => {
      const entry = { frame, bytes: textFrame(frame, { isKept: true }) };
      last = Math.max(last, frame.offset);
      recent.push(entry);
      if (recent.length > capacity) floor = recent.splice(0, capacity / 2).at(-1)!.frame.offset;
      return entry;
    },
    after: (offset) => {
      const reach = Math.min(floor, Math.max(oldest, last - kept + 1) - 1);
      return offset > last || offset < reach ? undefined : pages(offset, last);
    },
  };
}

import type { SignalLogFrame } from '../schema/wire.ts';
import { textFrame } from './text-frame.ts';

export interface LogEntry {
  readonly frame: SignalLogFrame;
  readonly bytes: Buffer;
}

export interface SignalLogOptions {
  /** Name of the log and where it stands. */
  readonly head: { readonly epoch: string; readonly offset: number };
  /** Frames after `offset`, oldest first, at most `limit`. */
  readonly since: (offset: number, limit: number) => Promise<readonly SignalLogFrame[]>;
  /** Frames kept in memory. @default 1000 */
  readonly capacity?: number;
}

export interface SignalLog {
  readonly epoch: string;
  readonly head: () => number;
  readonly append: (frame: SignalLogFrame) => LogEntry;
  /**
   * Frames after `offset` up to the head of now, oldest first, in pages; undefined where the log does not reach back
   * that far, or has not come that far.
   */
  readonly after: (offset: number) => AsyncIterable<readonly LogEntry[]> | undefined;
}

const page = 100;

/**
 * The end of the signal log in memory, each frame serialised once, and the store behind it: a thousand clients that
 * come back after a restart read the store's part once each page, not once each client.
 */
export function createSignalLog(options: SignalLogOptions): SignalLog {
  const { head, since, capacity = 1000 } = options;
  const recent: LogEntry[] = [];
  /** `recent` holds every frame after this offset. */
  let floor = head.offset;
  let last = head.offset;
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
      const entries = read.filter((entry) => entry.frame.offset <= to);
      if (entries.length > 0) yield entries;
      const reached = read.at(-1)?.frame.offset;
      if (reached === undefined || entries.length < read.length) return;
      offset = reached;
    }
  }

  return {
    epoch: head.epoch,
    head: () => last,
    append: (frame) => {
      const entry = { frame, bytes: textFrame(frame) };
      last = Math.max(last, frame.offset);
      recent.push(entry);
      if (recent.length > capacity) floor = recent.splice(0, capacity / 2).at(-1)!.frame.offset;
      return entry;
    },
    after: (offset) => (offset > last ? undefined : pages(offset, last)),
  };
}

import type { Connection } from './feed-server.ts';
import type { LogEntry } from './signal-log.ts';
import { textFrame } from './text-frame.ts';

/** Live frames that wait for a running replay or snapshot. */
export interface ReplayState {
  held: LogEntry[] | undefined;
  heldBytes: number;
  /** By symbol the revision of what it was sent last: what has not changed since is not sent again. */
  readonly sentUpTo: Map<string, number>;
}

/** Sends a live frame, after a running replay. Closes a connection for which more than `maxBytes` wait. */
export function sendLive(
  { state, out, close }: Connection<ReplayState>,
  entry: LogEntry,
  maxBytes: number,
): void {
  if (state.held === undefined) return out.send(entry.bytes);
  state.held.push(entry);
  state.heldBytes += entry.bytes.length;
  if (state.heldBytes > maxBytes) close(1013, 'backlog over its limit');
}

/** Frames in pages, each serialised only when its turn comes. */
export async function* pagesOf<Item>(
  items: readonly Item[],
  frameOf: (item: Item) => object,
): AsyncGenerator<readonly Page<Item>[]> {
  for (let i = 0; i < items.length; i += page)
    yield items.slice(i, i + page).map((item) => ({ frame: item, bytes: textFrame(frameOf(item)) }));
}

const page = 50;

interface Page<Frame> {
  readonly frame: Frame;
  readonly bytes: Buffer;
}

/**
 * Sends the requested frames as fast as the client reads, a page in a turn of the event loop, then the live frames held meanwhile.
 */
export async function replay<Frame>(
  connection: Connection<ReplayState>,
  pages: AsyncIterable<readonly Page<Frame>[]>,
  wants: (frame: Frame) => boolean,
  onError: (error: unknown) => void,
): Promise<void> {
  const { state, out } = connection;
  state.held = [];
  try {
    let isFirst = true;
    for await (const entries of pages) {
      if (!isFirst) await new Promise(setImmediate);
      isFirst = false;
      for (const { frame, bytes } of entries) if (wants(frame)) connection.answer(bytes);
      await out.ready();
      if (!connection.isOpen) return;
    }
  } catch (error) {
    // An incomplete replay would be a gap: the client reconnects and asks again.
    onError(error);
    connection.close(1013, 'the signal log cannot be read');
  } finally {
    const held = state.held;
    state.held = undefined;
    state.heldBytes = 0;
    if (connection.isOpen) for (const entry of held) out.send(entry.bytes);
  }
}

import type { SignalLogFrame } from '../../schema/wire.ts';
import type { Connection } from './feed-server.ts';
import type { LogEntry } from './signal-log.ts';

/** Live frames that wait for a running replay. */
export interface ReplayState {
  held: LogEntry[] | undefined;
  heldBytes: number;
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

/** Sends the requested missed frames as fast as the client reads, then the live frames held meanwhile. */
export async function replay(
  connection: Connection<ReplayState>,
  missed: AsyncIterable<readonly LogEntry[]>,
  wants: (frame: SignalLogFrame) => boolean,
  onError: (error: unknown) => void,
): Promise<void> {
  const { state, out } = connection;
  state.held = [];
  try {
    for await (const entries of missed) {
      for (const { frame, bytes } of entries) if (wants(frame)) out.send(bytes);
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

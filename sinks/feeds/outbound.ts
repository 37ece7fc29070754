import type { Duplex } from 'node:stream';
import type { Turn } from './turn.ts';

export interface OutboundOptions {
  readonly raw: Pick<Duplex, 'write' | 'cork' | 'uncork' | 'on' | 'writableNeedDrain'>;
  readonly turn: Turn;
  /** Sends a WebSocket ping; its pong shall come to `acknowledge`. */
  readonly ping: () => void;
  /** Unacknowledged bytes from which a client counts as slow. */
  readonly windowBytes: number;
  /** Unacknowledged bytes that are too many. */
  readonly maxBacklogBytes: number;
  /** The backlog passed its limit; called once, nothing is written any more. */
  readonly onOverflow: () => void;
  /** A frame was replaced by a newer one of its key. */
  readonly onConflated: () => void;
}

export interface Outbound {
  /** Goes out in order, never dropped. */
  readonly send: (frame: Buffer) => void;
  /** Goes out at once to a fast client; for a slow one the latest of each key waits. */
  readonly offer: (key: string, frame: Buffer) => void;
  /** The pong of the last ping has come. */
  readonly acknowledge: () => void;
  /** Resolves when the client has taken what was sent, up to the window, or is gone. */
  readonly ready: () => Promise<void>;
  /** Writes what this turn has gathered, now. */
  readonly flush: () => void;
  /** Drops what waits; nothing is written any more. */
  readonly end: () => void;
  /** Bytes that the client has not surely taken. */
  readonly backlogBytes: () => number;
}

/**
 * What goes out to one client. Frames of one turn leave in one corked write.
 *
 * A socket's own buffer tells late that a client is slow, since the kernels take megabytes first; so a ping goes out
 * after each quarter of the window, and its pong acknowledges every byte before it.
 */
export function createOutbound(options: OutboundOptions): Outbound {
  const { raw, turn, windowBytes, maxBacklogBytes } = options;
  let pending: Buffer[] = [];
  let pendingBytes = 0;
  const late = new Map<string, Buffer>();
  let lateBytes = 0;
  let written = 0;
  let marked = 0;
  let acknowledged = 0;
  let pinging = false;
  let ended = false;
  let waiting: (() => void)[] = [];

  const backlogBytes = () => written - acknowledged + pendingBytes + lateBytes;
  const isSlow = () => raw.writableNeedDrain || written - acknowledged + pendingBytes > windowBytes;

  const flush = () => {
    const frames = pending;
    if (ended || frames.length === 0) return;
    pending = [];
    written += pendingBytes;
    pendingBytes = 0;
    if (frames.length === 1) raw.write(frames[0]!);
    else {
      raw.cork();
      for (const frame of frames) raw.write(frame);
      raw.uncork();
    }
    mark();
  };

  const mark = () => {
    if (pinging || written - marked < windowBytes / 4) return;
    pinging = true;
    marked = written;
    options.ping();
  };

  const send = (frame: Buffer) => {
    if (ended) return;
    pendingBytes += frame.length;
    if (pending.push(frame) === 1) turn.add(flush);
    if (pendingBytes > maxBacklogBytes / 4 || backlogBytes() > maxBacklogBytes) checkBacklog();
  };

  const checkBacklog = () => {
    if (backlogBytes() > maxBacklogBytes) {
      end();
      options.onOverflow();
    } else flush();
  };

  const end = () => {
    ended = true;
    pending = [];
    late.clear();
    pendingBytes = 0;
    lateBytes = 0;
    wake();
  };

  const wake = () => {
    const woken = waiting;
    waiting = [];
    for (const resolve of woken) resolve();
  };

  const relieve = () => {
    if (ended || isSlow()) return;
    const frames = [...late.values()];
    late.clear();
    lateBytes = 0;
    for (const frame of frames) send(frame);
    wake();
  };

  raw.on('drain', relieve);

  return {
    send,
    offer: (key, frame) => {
      if (ended) return;
      if (late.size === 0 && !isSlow()) return send(frame);
      const replaced = late.get(key);
      if (replaced !== undefined) options.onConflated();
      lateBytes += frame.length - (replaced?.length ?? 0);
      late.set(key, frame);
      if (backlogBytes() > maxBacklogBytes) checkBacklog();
    },
    acknowledge: () => {
      if (!pinging) return;
      pinging = false;
      acknowledged = marked;
      mark();
      relieve();
    },
    ready: () =>
      ended || !isSlow() ? Promise.resolve() : new Promise((resolve) => void waiting.push(resolve)),
    flush,
    end,
    backlogBytes,
  };
}

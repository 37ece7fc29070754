import type { Duplex } from 'node:stream';
import { ackWindow } from './ack-window.ts';
import type { FlushBatch } from './flush-batch.ts';

export interface OutboundOptions {
  readonly raw: Pick<Duplex, 'write' | 'cork' | 'uncork' | 'on' | 'writableNeedDrain'>;
  readonly batch: FlushBatch;
  /** Sends a WebSocket ping; its pong must be passed to `acknowledge`. */
  readonly ping: () => void;
  /** Unacknowledged bytes from which a client counts as slow. */
  readonly windowBytes: number;
  /** Unacknowledged bytes above which `onOverflow` is called. */
  readonly maxBacklogBytes: number;
  /** Called once when the backlog exceeds its limit; nothing is written after it. */
  readonly onOverflow: () => void;
  /** Called when a frame was replaced by a newer one of its key. */
  readonly onConflated: () => void;
}

export interface Outbound {
  /** Sends a frame in order; it is never dropped. */
  readonly send: (frame: Buffer) => void;
  /** Sends a frame at once to a fast client; for a slow one only the latest of each key waits. */
  readonly offer: (key: string, frame: Buffer) => void;
  /** Call when the pong of the last ping has arrived. */
  readonly acknowledge: () => void;
  /** Resolves when the client has acknowledged all but one window of what was sent, or is gone. */
  readonly ready: () => Promise<void>;
  /** Writes the frames of this turn now. */
  readonly flush: () => void;
  /** Drops waiting frames; nothing is written after it. */
  readonly end: () => void;
  /** Bytes that wait or that the client has not acknowledged. */
  readonly backlogBytes: () => number;
}

/** Frames sent to one client. Those of one turn of the event loop are written together, corked. */
export function createOutbound(options: OutboundOptions): Outbound {
  const { raw, batch, windowBytes, maxBacklogBytes } = options;
  const acks = ackWindow(windowBytes, options.ping);
  let pending: Buffer[] = [];
  let pendingBytes = 0;
  const late = new Map<string, Buffer>();
  let lateBytes = 0;
  let ended = false;
  let waiting: (() => void)[] = [];

  const backlogBytes = () => acks.unacknowledgedBytes() + pendingBytes + lateBytes;
  const isSlow = () => raw.writableNeedDrain || acks.unacknowledgedBytes() + pendingBytes > windowBytes;

  const flush = () => {
    const frames = pending;
    if (ended || frames.length === 0) return;
    const bytes = pendingBytes;
    pending = [];
    pendingBytes = 0;
    if (frames.length === 1) raw.write(frames[0]!);
    else {
      raw.cork();
      for (const frame of frames) raw.write(frame);
      raw.uncork();
    }
    acks.wrote(bytes);
  };

  const send = (frame: Buffer) => {
    if (ended) return;
    pendingBytes += frame.length;
    if (pending.push(frame) === 1) batch.add(flush);
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
      if (acks.acknowledge()) relieve();
    },
    ready: () =>
      ended || !isSlow() ? Promise.resolve() : new Promise((resolve) => void waiting.push(resolve)),
    flush,
    end,
    backlogBytes,
  };
}

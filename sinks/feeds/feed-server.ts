import type { IncomingMessage } from 'node:http';
import type { SchedulerLike } from 'rxjs';
import type { WebSocket } from 'ws';
import type { z } from 'zod';
import type { ClientBudgets } from './client-budgets.ts';
import type { FeedLimits } from './feed-limits.ts';
import type { FeedMetrics } from './feed-metrics.ts';
import type { FrameTurns } from './frame-turns.ts';
import { createHeartbeat, type Heartbeat } from './heartbeat.ts';
import { FrameError, parseFrame } from './parse-frame.ts';
import { createInbox, type Inbox } from './inbox.ts';
import { createOutbound, type Outbound } from './outbound.ts';
import { textFrame } from './text-frame.ts';
import { createFlushBatch, type FlushBatch } from './flush-batch.ts';

export interface Connection<State> {
  readonly state: State;
  readonly out: Outbound;
  /** Whose limits it shares: the address that it came from. */
  readonly address: string;
  /** False once it is closing: nothing may be sent or subscribed any more. */
  isOpen: boolean;
  readonly reply: (message: unknown) => void;
  /** Sends a frame that the client asked for: it counts against the bytes of its answers. */
  readonly answer: (frame: Buffer) => void;
  /** Seconds until it may ask for more bytes, 0 where it may now. */
  readonly waitSeconds: () => number;
  readonly fail: (code: string, message: string) => void;
  readonly close: (code: number, reason: string) => void;
}

export interface FeedServerOptions<Request, State> {
  readonly name: 'prices' | 'signals';
  readonly clock: SchedulerLike;
  readonly limits: FeedLimits;
  readonly metrics: FeedMetrics;
  readonly budgets: ClientBudgets;
  readonly turns: FrameTurns;
  readonly request: z.ZodType<Request>;
  readonly open: () => State;
  /** Handles one frame; frames of a connection are handled one after the other. A FrameError becomes an error frame. */
  readonly handle: (connection: Connection<State>, request: Request) => Promise<void>;
  /** Called once when the connection has closed. */
  readonly left: (connection: Connection<State>) => void;
  readonly onError: (error: unknown) => void;
}

export interface FeedServer<State> {
  /** `address`: what limits count the client by. */
  readonly accept: (socket: WebSocket, request: IncomingMessage, address: string) => void;
  readonly connections: ReadonlySet<Connection<State>>;
  /** Closes all connections with 1001; resolves when they have closed. */
  readonly close: () => Promise<void>;
}

/** The connections of one feed: frames in and out, limits, pings and closing. */
export function createFeedServer<Request, State>(
  options: FeedServerOptions<Request, State>,
): FeedServer<State> {
  const { name, clock, limits, metrics } = options;
  const batch = createFlushBatch();
  const members = new Map<Connection<State>, Member>();
  const connections = new Set<Connection<State>>();
  let stopping = false;
  const beat = clock.schedule(function (this) {
    for (const member of members.values()) member.beat(clock.now());
    this.schedule(undefined, limits.pingIntervalMs / 20);
  }, limits.pingIntervalMs / 20);

  const accept = (socket: WebSocket, request: IncomingMessage, address: string) => {
    if (stopping) return socket.close(1001, 'stopping');
    const { connection, inbox, heartbeat } = connect(socket, request, address, batch, options);
    connections.add(connection);
    metrics.connections.inc({ feed: name });
    const gone = new Promise<void>((resolve) => {
      socket.once('close', () => {
        connection.isOpen = false;
        connection.out.end();
        inbox.clear();
        members.delete(connection);
        connections.delete(connection);
        metrics.connections.dec({ feed: name });
        options.left(connection);
        resolve();
      });
    });
    members.set(connection, { beat: heartbeat.beat, gone });
  };

  return {
    accept,
    connections,
    close: async () => {
      stopping = true;
      beat.unsubscribe();
      for (const connection of connections) connection.close(1001, 'the server stops');
      await Promise.all([...members.values()].map((member) => member.gone));
    },
  };
}

interface Member {
  readonly beat: (now: number) => void;
  readonly gone: Promise<void>;
}

/** Wraps one socket as a connection: handles its frames, bounds its backlog and detects when it no longer responds. */
function connect<Request, State>(
  socket: WebSocket,
  request: IncomingMessage,
  address: string,
  batch: FlushBatch,
  options: FeedServerOptions<Request, State>,
): { connection: Connection<State>; inbox: Inbox; heartbeat: Heartbeat } {
  const { name, clock, limits, metrics } = options;
  const now = () => clock.now();
  const budget = options.budgets.open(address);
  socket.once('close', budget.close);
  const terminate = (reason: string) => {
    if (socket.readyState === socket.CLOSED) return;
    if (connection.isOpen) metrics.closed.inc({ feed: name, reason });
    connection.isOpen = false;
    socket.terminate();
  };
  const heartbeat = createHeartbeat({
    now,
    intervalMs: limits.pingIntervalMs,
    random: Math.random,
    ping: () => socket.ping(),
    onMissed: () => terminate('missed_pong'),
  });
  const out = createOutbound({
    raw: request.socket,
    batch,
    ping: heartbeat.ping,
    windowBytes: limits.windowBytes,
    maxBacklogBytes: limits.maxBacklogBytes,
    onOverflow: () => connection.close(1013, 'backlog over its limit'),
    onConflated: () => metrics.conflated.inc({ feed: name }),
  });
  const connection: Connection<State> = {
    state: options.open(),
    out,
    address,
    isOpen: true,
    waitSeconds: budget.waitSeconds,
    answer: (frame) => {
      budget.answered(frame.length);
      out.send(frame);
    },
    reply: (message) => connection.answer(textFrame(message)),
    fail: (code, message) => {
      metrics.errors.inc({ feed: name, code });
      connection.reply({ type: 'error', code, message });
    },
    close: (code, reason) => {
      if (!connection.isOpen) return;
      connection.isOpen = false;
      metrics.closed.inc({ feed: name, reason: String(code) });
      out.flush();
      out.end();
      socket.close(code, reason);
      const late = clock.schedule(() => terminate('close_timeout'), limits.closeTimeoutMs);
      socket.once('close', () => late.unsubscribe());
    },
  };
  const inbox = createInbox({
    limits,
    budget,
    turns: options.turns,
    now,
    handle: (text) => handleFrame(connection, text, options),
    fail: connection.fail,
    onFlood: () => connection.close(1008, 'too many frames'),
  });

  socket.on('message', (data, isBinary) => {
    metrics.received.inc({ feed: name });
    if (!connection.isOpen || !inbox.admit((data as Buffer).length)) return;
    if (isBinary) connection.fail('bad_frame', 'frames are JSON text, not binary');
    else inbox.take((data as Buffer).toString());
  });
  socket.on('ping', (data) => {
    if (connection.isOpen && inbox.admit(data.length)) socket.pong(data);
  });
  socket.on('pong', (data) => {
    // An unsolicited pong counts against the limit like any frame.
    if (!heartbeat.pong() && !inbox.admit(data.length)) return;
    out.acknowledge();
  });
  // ws closes with the right code for what it refuses (1002, 1007, 1009) and sets the reason itself.
  socket.on('error', (error) => metrics.closed.inc({ feed: name, reason: reasonOf(error) }));
  return { connection, inbox, heartbeat };
}

async function handleFrame<Request, State>(
  connection: Connection<State>,
  text: string,
  { request, handle, onError }: FeedServerOptions<Request, State>,
): Promise<void> {
  if (!connection.isOpen) return;
  try {
    await handle(connection, parseFrame(request, text));
  } catch (error) {
    if (error instanceof FrameError) return connection.fail(error.code, error.message);
    onError(error);
    connection.fail('internal', 'the frame could not be obeyed');
  }
}

function reasonOf(error: Error): string {
  const code = (error as { code?: unknown }).code;
  return typeof code === 'string' && code.startsWith('WS_ERR_') ? code.toLowerCase() : 'socket_error';
}

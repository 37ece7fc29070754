import type { IncomingMessage } from 'node:http';
import type { SchedulerLike } from 'rxjs';
import type { WebSocket } from 'ws';
import type { z } from 'zod';
import type { FeedLimits } from './feed-limits.ts';
import type { FeedMetrics } from './feed-metrics.ts';
import { FrameError, parseFrame } from './inbound.ts';
import { createOutbound, type Outbound } from './outbound.ts';
import { textFrame } from './text-frame.ts';
import { tokenBucket } from './token-bucket.ts';
import { createTurn } from './turn.ts';

export interface Connection<State> {
  readonly state: State;
  readonly out: Outbound;
  /** False once it is closing: nothing shall be added to it. */
  isOpen: boolean;
  readonly reply: (message: unknown) => void;
  readonly fail: (code: string, message: string) => void;
  readonly close: (code: number, reason: string) => void;
}

export interface FeedServerOptions<Request, State> {
  readonly name: 'prices' | 'signals';
  readonly clock: SchedulerLike;
  readonly limits: FeedLimits;
  readonly metrics: FeedMetrics;
  readonly request: z.ZodType<Request>;
  readonly open: () => State;
  /** Obeys one frame; a connection's frames are obeyed one after the other. FrameError becomes an error frame. */
  readonly handle: (connection: Connection<State>, request: Request) => Promise<void>;
  /** The connection is gone; called once. */
  readonly left: (connection: Connection<State>) => void;
  readonly onError: (error: unknown) => void;
}

export interface FeedServer<State> {
  readonly accept: (socket: WebSocket, request: IncomingMessage) => void;
  readonly connections: ReadonlySet<Connection<State>>;
  /** Ends all connections with 1001; resolves when they are gone. */
  readonly close: () => Promise<void>;
}

/** Frames of one connection that wait for an earlier one to be obeyed. */
const maxInbox = 256;

/** The connections of one feed: their frames in and out, their limits, their pings and their end. */
export function createFeedServer<Request, State>(
  options: FeedServerOptions<Request, State>,
): FeedServer<State> {
  const { name, clock, limits, metrics } = options;
  const turn = createTurn();
  const members = new Map<Connection<State>, { beat: (now: number) => void; gone: Promise<void> }>();
  const connections = new Set<Connection<State>>();
  let stopping = false;
  const beat = clock.schedule(function (this) {
    for (const member of members.values()) member.beat(clock.now());
    this.schedule(undefined, limits.pingIntervalMs / 20);
  }, limits.pingIntervalMs / 20);

  const accept = (socket: WebSocket, request: IncomingMessage) => {
    if (stopping) return socket.close(1001, 'stopping');
    const now = () => clock.now();
    const allowance = tokenBucket(limits.inboundBurst, limits.inboundPerSecond, now);
    const tolerance = tokenBucket(limits.inboundTolerance, 1, now);
    const complaints = tokenBucket(10, 1, now);
    const inbox: string[] = [];
    let obeying = false;
    // Spread from the first beat on, so that clients of one moment are not pinged in one moment.
    let pingAt = clock.now() + limits.pingIntervalMs * (0.5 + Math.random() / 2);
    let awaitingSince: number | undefined;

    const ping = () => {
      awaitingSince ??= clock.now();
      socket.ping();
    };
    const terminate = (reason: string) => {
      if (socket.readyState === socket.CLOSED) return;
      if (connection.isOpen) metrics.closed.inc({ feed: name, reason });
      connection.isOpen = false;
      socket.terminate();
    };
    const out = createOutbound({
      raw: request.socket,
      turn,
      ping,
      windowBytes: limits.windowBytes,
      maxBacklogBytes: limits.maxBacklogBytes,
      onOverflow: () => connection.close(1013, 'backlog over its limit'),
      onConflated: () => metrics.conflated.inc({ feed: name }),
    });
    const connection: Connection<State> = {
      state: options.open(),
      out,
      isOpen: true,
      reply: (message) => out.send(textFrame(message)),
      fail: (code, message) => {
        metrics.errors.inc({ feed: name, code });
        out.send(textFrame({ type: 'error', code, message }));
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

    const admit = (): boolean => {
      if (allowance.take()) return true;
      if (!tolerance.take()) connection.close(1008, 'too many frames');
      else if (complaints.take()) {
        connection.fail('rate_limited', `at most ${limits.inboundPerSecond} frames a second are taken`);
      }
      return false;
    };

    const obey = async () => {
      obeying = true;
      for (let text = inbox.shift(); text !== undefined && connection.isOpen; text = inbox.shift()) {
        try {
          await options.handle(connection, parseFrame(options.request, text));
        } catch (error) {
          if (error instanceof FrameError) connection.fail(error.code, error.message);
          else {
            options.onError(error);
            connection.fail('internal', 'the frame could not be obeyed');
          }
        }
      }
      obeying = false;
    };

    socket.on('message', (data, isBinary) => {
      metrics.received.inc({ feed: name });
      if (!connection.isOpen || !admit()) return;
      if (isBinary) return connection.fail('bad_frame', 'frames are JSON text, not binary');
      if (inbox.length >= maxInbox)
        return connection.fail('rate_limited', 'too many frames wait to be obeyed');
      inbox.push((data as Buffer).toString());
      if (!obeying) void obey();
    });
    socket.on('ping', (data) => {
      if (connection.isOpen && admit()) socket.pong(data);
    });
    socket.on('pong', () => {
      if (awaitingSince === undefined && !admit()) return;
      awaitingSince = undefined;
      out.acknowledge();
    });
    // ws closes with the right code for what it refuses (1002, 1007, 1009); the reason is its own.
    socket.on('error', (error) => metrics.closed.inc({ feed: name, reason: reasonOf(error) }));

    const gone = new Promise<void>((resolve) => {
      socket.once('close', () => {
        connection.isOpen = false;
        out.end();
        inbox.length = 0;
        members.delete(connection);
        connections.delete(connection);
        metrics.connections.dec({ feed: name });
        options.left(connection);
        resolve();
      });
    });
    members.set(connection, {
      beat: (now) => {
        if (now < pingAt) return;
        pingAt = now + limits.pingIntervalMs;
        if (awaitingSince === undefined) ping();
        else if (now - awaitingSince >= limits.pingIntervalMs / 2) terminate('missed_pong');
      },
      gone,
    });
    connections.add(connection);
    metrics.connections.inc({ feed: name });
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

function reasonOf(error: Error): string {
  const code = (error as { code?: unknown }).code;
  return typeof code === 'string' && code.startsWith('WS_ERR_') ? code.toLowerCase() : 'socket_error';
}

import { reconnectDelay } from './reconnect-delay.ts';

/** The part of a WebSocket that the client uses: browsers', Node's own and the `ws` package's all have it. */
interface SocketLike {
  readonly readyState: number;
  send(data: string): void;
  close(code?: number, reason?: string): void;
  addEventListener(type: 'open' | 'close' | 'error' | 'message', listener: (event: never) => void): void;
}
export type SocketConstructor = new (url: string) => SocketLike;

/** `waiting`: between two attempts. `closed` is final. */
export type ConnectionState = 'idle' | 'connecting' | 'open' | 'waiting' | 'closed';

export interface ReconnectingSocketOptions {
  readonly url: string;
  readonly WebSocket: SocketConstructor;
  readonly random: () => number;
  /** Silence after which a ping is sent, and, without an answer to that, the socket is closed, ms. */
  readonly pingAfterMs: number;
  readonly onOpen: () => void;
  /** Called before the socket sends a ping of its own; the pong arrives at `onFrame`. */
  readonly onPing: () => void;
  readonly onFrame: (frame: { readonly type: string }) => void;
  readonly onState: (state: ConnectionState) => void;
}

export interface ReconnectingSocket {
  readonly state: () => ConnectionState;
  readonly open: () => void;
  /** Sends if the socket is open; else does nothing, since `onOpen` subscribes everything again. */
  readonly send: (message: object) => void;
  /** Connects now, instead of after the delay. */
  readonly hurry: () => void;
  readonly close: () => void;
}

/** A socket that reconnects: full jitter, a ping after silence, one socket at a time. */
export function reconnectingSocket(options: ReconnectingSocketOptions): ReconnectingSocket {
  let state: ConnectionState = 'idle';
  let socket: SocketLike | undefined;
  let attempt = 0;
  let retry: ReturnType<typeof setTimeout> | undefined;
  let watch: ReturnType<typeof setTimeout> | undefined;

  const become = (next: ConnectionState) => {
    if (state === next) return;
    state = next;
    options.onState(next);
  };

  const connect = () => {
    clearTimeout(retry);
    become('connecting');
    let own: SocketLike;
    try {
      own = new options.WebSocket(options.url);
    } catch {
      return later();
    }
    socket = own;
    // An attempt that hangs counts as failed, as does an open socket without frames.
    const lost = () => {
      if (socket !== own) return;
      socket = undefined;
      clearTimeout(watch);
      try {
        own.close();
      } catch {
        // It was never open.
      }
      if (state !== 'closed') later();
    };
    // One timer, not one for each frame: when it fires it checks the time of the last frame, and waits for the rest.
    let receivedAt = 0;
    const guard = (wait: number, isAsked: boolean) => {
      const since = performance.now();
      clearTimeout(watch);
      watch = setTimeout(() => {
        const hasReceived = receivedAt > since;
        const quiet = performance.now() - receivedAt;
        if (hasReceived && quiet < options.pingAfterMs) return guard(options.pingAfterMs - quiet, false);
        if ((isAsked && !hasReceived) || state !== 'open') return lost();
        options.onPing();
        own.send('{"action":"ping"}');
        guard(options.pingAfterMs, true);
      }, wait);
    };
    guard(options.pingAfterMs, true);
    own.addEventListener('open', () => {
      if (socket !== own) return;
      guard(options.pingAfterMs, false);
      become('open');
      options.onOpen();
    });
    own.addEventListener('message', (event: { data: unknown }) => {
      if (socket !== own) return;
      receivedAt = performance.now();
      attempt = 0;
      const frame = parse(event.data);
      if (frame !== undefined) options.onFrame(frame);
    });
    own.addEventListener('close', lost);
    own.addEventListener('error', lost);
  };

  const later = () => {
    become('waiting');
    clearTimeout(retry);
    retry = setTimeout(connect, reconnectDelay(attempt++, options.random));
  };

  return {
    state: () => state,
    open: () => {
      if (state === 'idle') connect();
    },
    send: (message) => {
      if (state === 'open') socket?.send(JSON.stringify(message));
    },
    hurry: () => {
      if (state === 'waiting') connect();
    },
    close: () => {
      become('closed');
      clearTimeout(retry);
      clearTimeout(watch);
      const last = socket;
      socket = undefined;
      last?.close(1000);
    },
  };
}

function parse(data: unknown): { type: string } | undefined {
  try {
    const frame = JSON.parse(String(data)) as { type?: unknown } | null;
    return typeof frame?.type === 'string' ? (frame as { type: string }) : undefined;
  } catch {
    return undefined;
  }
}

import { Observable, Subscription, type SchedulerLike, type TeardownLogic } from 'rxjs';
import { WebSocket } from 'ws';
import { readRefusal, UpgradeRefusedError } from './upgrade-refused.ts';

/** The socket ended, by either side; `openedAt` Unix ms, undefined if it never opened. */
export class SocketClosedError extends Error {
  override name = 'SocketClosedError';
  readonly openedAt: number | undefined;
  constructor(message: string, openedAt: number | undefined) {
    super(message);
    this.openedAt = openedAt;
  }
}

/** The open socket, as the one who speaks on it sees it. */
export interface SocketLink {
  readonly send: (text: string) => void;
  readonly ping: () => void;
  /** Time anything came in last, pongs included, Unix ms. */
  readonly lastHeard: () => number;
  /** Ends the socket; the observable fails once it is closed. */
  readonly fail: (reason: string) => void;
}

export interface WebSocketOptions {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly clock: SchedulerLike;
  /** How long the upgrade may take, ms. @default 15 s */
  readonly openWithinMs?: number;
  /** Largest frame taken, bytes. @default 1 MiB */
  readonly maxFrameBytes?: number;
  /** Called once it is open; what it returns ends with the socket. */
  readonly onOpen: (link: SocketLink) => TeardownLogic;
}

const closeWithinMs = 1_000;

/**
 * Text frames of one WebSocket. Cold: each subscription opens its own. It never completes: it fails with
 * SocketClosedError when the socket has closed, or UpgradeRefusedError when it never became one.
 */
export function openWebSocket(options: WebSocketOptions): Observable<string> {
  const { url, headers, clock, onOpen, openWithinMs = 15_000, maxFrameBytes = 1_048_576 } = options;
  return new Observable<string>((subscriber) => {
    const socket = new WebSocket(url, {
      headers,
      perMessageDeflate: false,
      maxPayload: maxFrameBytes,
      followRedirects: false,
    });
    const life = new Subscription();
    let lastHeard = clock.now();
    let openedAt: number | undefined;
    let reason: string | undefined;

    const heard = () => {
      lastHeard = clock.now();
    };
    const fail = (why: string) => {
      reason ??= why;
      socket.terminate();
    };
    const opening = clock.schedule(
      () => fail(`no answer to the upgrade in ${openWithinMs} ms`),
      openWithinMs,
    );
    life.add(opening);

    socket.on('open', () => {
      opening.unsubscribe();
      heard();
      openedAt = lastHeard;
      life.add(
        onOpen({
          send: (text) => socket.send(text, () => {}),
          ping: () => socket.ping(undefined, undefined, () => {}),
          lastHeard: () => lastHeard,
          fail,
        }),
      );
    });
    socket.on('pong', heard);
    socket.on('ping', heard);
    socket.on('message', (data: Buffer, isBinary) => {
      heard();
      if (!isBinary) subscriber.next(data.toString('utf8'));
    });
    socket.on('unexpected-response', (request, response) => {
      opening.unsubscribe();
      life.add(
        readRefusal(response, clock, (refusal) => {
          request.destroy();
          subscriber.error(new UpgradeRefusedError(refusal));
        }),
      );
    });
    socket.on('error', (error) => {
      reason ??= error.message;
    });
    socket.on('close', (code, text) => {
      const words = text.length > 0 ? ` "${text.toString('utf8').slice(0, 100)}"` : '';
      subscriber.error(new SocketClosedError(reason ?? `closed by the provider (${code}${words})`, openedAt));
    });

    return () => {
      life.unsubscribe();
      if (socket.readyState === WebSocket.CLOSED) return;
      if (socket.readyState !== WebSocket.OPEN) {
        socket.terminate();
        return;
      }
      socket.removeAllListeners('message');
      socket.close(1000);
      const cut = clock.schedule(() => socket.terminate(), closeWithinMs);
      socket.once('close', () => cut.unsubscribe());
    };
  });
}

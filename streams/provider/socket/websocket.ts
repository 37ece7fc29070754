import { Observable, Subscription, type SchedulerLike, type TeardownLogic } from 'rxjs';
import { WebSocket } from 'ws';
import { readRefusal, UpgradeRefusedError } from './upgrade-refused.ts';
import { networkReason } from '../../../schema/outside/network-reason.ts';
import { firstWords } from '../../../schema/outside/first-words.ts';

/** The socket was closed, by either side; `openedAt` in the clock's ms, undefined if it never opened. */
export class SocketClosedError extends Error {
  override name = 'SocketClosedError';
  readonly openedAt: number | undefined;
  constructor(message: string, openedAt: number | undefined) {
    super(message);
    this.openedAt = openedAt;
  }
}

/** The open socket, for whoever sends on it. */
export interface SocketLink {
  readonly send: (text: string) => void;
  readonly ping: () => void;
  /** When anything was last received, pongs included, in the clock's ms. */
  readonly lastReceived: () => number;
  /** Ends the socket; the observable fails once it is closed. */
  readonly fail: (reason: string) => void;
}

export interface WebSocketOptions {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly clock: SchedulerLike;
  /** How long the upgrade may take, ms. @default 15 s */
  readonly openWithinMs?: number;
  /** Largest accepted frame, bytes. @default 1 MiB */
  readonly maxFrameBytes?: number;
  /** Called once it is open; the teardown it returns runs when the socket ends. */
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
    let lastReceived = clock.now();
    let openedAt: number | undefined;
    let reason: string | undefined;

    const onReceived = () => {
      lastReceived = clock.now();
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
      onReceived();
      openedAt = lastReceived;
      life.add(
        onOpen({
          send: (text) => socket.send(text, () => {}),
          ping: () => socket.ping(undefined, undefined, () => {}),
          lastReceived: () => lastReceived,
          fail,
        }),
      );
    });
    socket.on('pong', onReceived);
    socket.on('ping', onReceived);
    socket.on('message', (data: Buffer, isBinary) => {
      onReceived();
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
      reason ??= networkReason(error);
    });
    socket.on('close', (code, text) => {
      const quoted = text.length > 0 ? ` "${firstWords(text.toString('utf8'), 100)}"` : '';
      subscriber.error(
        new SocketClosedError(reason ?? `closed by the provider (${code}${quoted})`, openedAt),
      );
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

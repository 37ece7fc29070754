import { once } from 'node:events';
import { WebSocket, type ClientOptions } from 'ws';
import { patience } from './patience.ts';

export interface Frame {
  readonly type: string;
  readonly [key: string]: unknown;
}

/** A client that keeps every frame and waits for the ones a test wants. */
export async function connect(url: string, options: ClientOptions = {}) {
  const socket = new WebSocket(url, options);
  const frames: Frame[] = [];
  let wake = () => {};
  socket.on('message', (data) => {
    frames.push(JSON.parse((data as Buffer).toString()) as Frame);
    wake();
  });
  const closed = new Promise<{ code: number; reason: string }>((resolve) => {
    socket.on('close', (code, reason) => resolve({ code, reason: reason.toString() }));
  });
  await once(socket, 'open');
  socket.on('error', () => {});
  const until = async (fits: (frames: readonly Frame[]) => boolean, ms = 3_000) => {
    const end = performance.now() + ms * patience();
    while (!fits(frames)) {
      if (performance.now() > end)
        throw new Error(`waited in vain; got ${JSON.stringify(frames).slice(0, 2_000)}`);
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, 100);
        wake = () => {
          clearTimeout(timer);
          resolve();
        };
      });
    }
    return frames;
  };
  return {
    socket,
    frames,
    closed,
    until,
    send: (message: unknown) => socket.send(typeof message === 'string' ? message : JSON.stringify(message)),
    /** The nth frame of a type. */
    next: async (type: string, n = 1) => {
      await until((all) => all.filter((frame) => frame.type === type).length >= n);
      return frames.filter((frame) => frame.type === type)[n - 1]!;
    },
    /** Everything sent before has been answered. */
    settled: async () => {
      const pongs = frames.filter((frame) => frame.type === 'pong').length;
      socket.send('{"action":"ping"}');
      await until((all) => all.filter((frame) => frame.type === 'pong').length > pongs);
    },
  };
}

/** The HTTP answer with which an upgrade is refused. */
export async function refusal(url: string, options: ClientOptions = {}) {
  const socket = new WebSocket(url, options);
  socket.on('error', () => {});
  const [, response] = (await once(socket, 'unexpected-response')) as [
    unknown,
    AsyncIterable<Buffer> & { statusCode: number; headers: Record<string, string> },
  ];
  let text = '';
  for await (const chunk of response) text += chunk.toString();
  const body = JSON.parse(text) as { success: boolean; error: string; code: string };
  return { status: response.statusCode, code: body.code, headers: response.headers };
}

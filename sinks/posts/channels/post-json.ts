import { request as httpRequest, type IncomingHttpHeaders, type IncomingMessage } from 'node:http';
import { request as httpsRequest } from 'node:https';

/** Most bytes of a response that are read. */
const answerLimit = 64 * 1024;

/** How a POST ended, classified by what the receiver may have received. */
export type PostEnd =
  | {
      readonly kind: 'answered';
      readonly status: number;
      /** At most 64 KiB of it. */
      readonly body: string;
      readonly retryAfterMs: number | undefined;
      /** False where the connection broke, or the time ran out, within the body. */
      readonly whole: boolean;
    }
  /** No connection was made: nothing was sent. */
  | { readonly kind: 'unsent'; readonly reason: string }
  /** The request was sent, or part of it; no response arrived. */
  | { readonly kind: 'lost'; readonly reason: string };

/**
 * Posts JSON over a connection of its own (a reused one can be reset during the request, and then nobody knows what was
 * sent). `timeoutMs` covers everything up to the last byte of the response. Redirects are not followed.
 */
export async function postJson(
  url: string,
  options: { headers: Record<string, string>; body: string; timeoutMs: number },
): Promise<PostEnd> {
  const { headers, body, timeoutMs } = options;
  const target = new URL(url);
  const secure = target.protocol === 'https:';
  return new Promise((resolve) => {
    let connected = false;
    let answer: IncomingMessage | undefined;
    const chunks: Buffer[] = [];
    let size = 0;
    const request = (secure ? httpsRequest : httpRequest)(target, {
      method: 'POST',
      agent: false,
      headers: {
        'Content-Type': 'application/json',
        Accept: 'application/json',
        'Content-Length': String(Buffer.byteLength(body)),
        ...headers,
      },
    });
    const finish = (end: PostEnd) => {
      clearTimeout(timer);
      request.destroy();
      resolve(end);
    };
    const answered = (message: IncomingMessage, whole: boolean) =>
      finish({
        kind: 'answered',
        status: message.statusCode ?? 0,
        body: Buffer.concat(chunks).subarray(0, answerLimit).toString('utf8'),
        retryAfterMs: retryAfter(message.headers),
        whole,
      });
    const broken = (reason: string) => {
      if (answer !== undefined) answered(answer, false);
      else finish({ kind: connected ? 'lost' : 'unsent', reason });
    };
    const timer = setTimeout(() => broken(`no answer within ${timeoutMs} ms`), timeoutMs);
    request.on('socket', (socket) => {
      socket.once(secure ? 'secureConnect' : 'connect', () => (connected = true));
    });
    request.on('error', (error: NodeJS.ErrnoException) => broken(error.code ?? error.message));
    request.on('response', (message) => {
      answer = message;
      message.on('data', (chunk: Buffer) => {
        chunks.push(chunk);
        size += chunk.length;
        if (size > answerLimit) answered(message, true);
      });
      message.on('error', () => answered(message, false));
      message.on('close', () => answered(message, message.complete));
    });
    request.end(body);
  });
}

/** `Retry-After` in ms, from seconds or a date, which is compared with the response's own `Date`; at most a day. */
function retryAfter({ 'retry-after': header, date = '' }: IncomingHttpHeaders): number | undefined {
  if (header === undefined) return undefined;
  const ms = /^\s*\d+(?:\.\d+)?\s*$/.test(header)
    ? Number(header) * 1000
    : Date.parse(header) - Date.parse(date);
  return Number.isFinite(ms) ? Math.min(Math.max(0, ms), 24 * 3600_000) : undefined;
}

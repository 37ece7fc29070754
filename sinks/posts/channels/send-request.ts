import { request as httpRequest, type IncomingHttpHeaders, type IncomingMessage } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { networkReason } from '../../../schema/outside/network-reason.ts';

/** Most bytes of a response that are read. */
const answerLimit = 64 * 1024;
/** Most bytes of a response's headers, together. */
const headerLimit = 16 * 1024;
/** Most informational (1xx) responses before the real one. */
const mostInformation = 20;
const mostRetryAfterMs = 24 * 3600_000;

/** How a request ended, classified by what the receiver may have received. */
export type RequestEnd =
  | {
      readonly kind: 'answered';
      readonly status: number;
      /** At most 64 KiB of it. */
      readonly body: string;
      readonly retryAfterMs: number | undefined;
      /** False where the connection broke, or the time ran out, within the body. */
      readonly whole: boolean;
    }
  /** Nothing was sent: no connection was made, or it was not admitted, and may be after `afterMs`. */
  | { readonly kind: 'unsent'; readonly reason: string; readonly afterMs?: number }
  /** The request was sent, or part of it; no response arrived. */
  | { readonly kind: 'lost'; readonly reason: string };

/**
 * Sends a request over a connection of its own (a reused one can be reset during the request, and then nobody knows what was
 * sent): a POST of JSON where it has a body, else a GET. `timeoutMs` covers everything up to the last byte of the response. Redirects are not
 * followed. `admit` is asked once connected, before the first byte: the ms to wait instead, 0 to send. Never rejects.
 */
export async function sendRequest(
  url: string,
  options: {
    readonly headers: Readonly<Record<string, string>>;
    readonly body?: string;
    readonly timeoutMs: number;
    readonly admit?: (() => number) | undefined;
  },
): Promise<RequestEnd> {
  const { headers, body, timeoutMs, admit } = options;
  const target = new URL(url);
  const secure = target.protocol === 'https:';
  return new Promise((resolve) => {
    let sent = false;
    let information = 0;
    let answer: IncomingMessage | undefined;
    const chunks: Buffer[] = [];
    let size = 0;
    const request = (secure ? httpsRequest : httpRequest)(target, {
      method: body === undefined ? 'GET' : 'POST',
      agent: false,
      maxHeaderSize: headerLimit,
      headers: {
        Accept: 'application/json',
        'Accept-Encoding': 'identity',
        ...(body !== undefined && {
          'Content-Type': 'application/json',
          'Content-Length': String(Buffer.byteLength(body)),
        }),
        ...headers,
      },
    });
    const finish = (end: RequestEnd) => {
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
      else finish({ kind: sent ? 'lost' : 'unsent', reason });
    };
    const timer = setTimeout(() => broken(`no answer within ${timeoutMs} ms`), timeoutMs);
    const send = () => {
      const afterMs = admit?.() ?? 0;
      if (afterMs > 0) {
        finish({ kind: 'unsent', reason: 'the rate of posts is reached', afterMs });
        return;
      }
      sent = true;
      request.end(body);
    };
    request.on('socket', (socket) => socket.once(secure ? 'secureConnect' : 'connect', send));
    request.on('error', (error) => broken(networkReason(error)));
    request.on('information', () => {
      information += 1;
      if (information > mostInformation) broken(`more than ${mostInformation} informational responses`);
    });
    request.on('upgrade', (_, socket) => {
      socket.destroy();
      broken('the receiver wants another protocol');
    });
    // A response has its own end.
    request.on('close', () => answer ?? broken('the connection was closed'));
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
  });
}

/** `Retry-After` in ms, from seconds or a date, which is compared with the response's own `Date`; at most a day. */
function retryAfter({ 'retry-after': header, date = '' }: IncomingHttpHeaders): number | undefined {
  if (header === undefined) return undefined;
  const ms = /^\s*\d+(?:\.\d+)?\s*$/.test(header)
    ? Number(header) * 1000
    : Date.parse(header) - Date.parse(date);
  return Number.isFinite(ms) ? Math.min(Math.max(0, ms), mostRetryAfterMs) : undefined;
}

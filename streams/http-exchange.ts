import type { SchedulerLike } from 'rxjs';
import { networkReason } from '../schema/outside/network-reason.ts';

/** A response with its whole body; `text` has at most `maxBytes`. */
export interface HttpAnswer {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
}

/** The response's body is larger than accepted. */
export class TooLargeError extends Error {
  override name = 'TooLargeError';
}

export interface HttpRequest {
  readonly url: string | URL;
  readonly method?: 'GET' | 'POST';
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
  readonly clock: SchedulerLike;
  /** Time limit of the whole exchange, ms. */
  readonly timeoutMs: number;
  /** Largest accepted body, bytes. */
  readonly maxBytes: number;
  readonly signal?: AbortSignal | undefined;
}

/** One exchange with a time limit, a size limit and no redirects: a redirect would send the key to another host. Rejects with the reason. */
export async function httpExchange(request: HttpRequest): Promise<HttpAnswer> {
  const { url, method = 'GET', headers = {}, body, clock, timeoutMs, maxBytes } = request;
  const timeout = new AbortController();
  const timer = clock.schedule(
    () => timeout.abort(new Error(`no whole answer in ${timeoutMs} ms`)),
    timeoutMs,
  );
  const signal = request.signal ? AbortSignal.any([request.signal, timeout.signal]) : timeout.signal;
  try {
    const response = await fetch(url, {
      method,
      headers,
      signal,
      redirect: 'error',
      ...(body !== undefined && { body }),
    });
    return { status: response.status, headers: response.headers, text: await readText(response, maxBytes) };
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    // `fetch failed`, or `terminated`: what failed is in its cause.
    throw new Error(networkReason(error), { cause: error });
  } finally {
    timer.unsubscribe();
  }
}

async function readText(response: Response, maxBytes: number): Promise<string> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of response.body ?? []) {
    size += chunk.length;
    if (size > maxBytes) throw new TooLargeError(`the answer has more than ${maxBytes} bytes`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

/** `Retry-After` in ms, from seconds or a date; undefined where absent or invalid. */
export function retryAfterMs(headers: Headers, now: number): number | undefined {
  const text = headers.get('retry-after');
  if (text === null) return undefined;
  const ms = /^\d+$/.test(text) ? Number(text) * 1000 : Date.parse(text) - now;
  return Number.isFinite(ms) && ms >= 0 ? ms : undefined;
}

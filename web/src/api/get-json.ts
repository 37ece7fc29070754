import { hearDate } from '../state/clock.ts';
import { serverUrl } from './server-url.ts';

/** The server's own reason for a refusal. */
class ApiError extends Error {
  override name = 'ApiError';
  readonly status: number;
  constructor(status: number, message: string) {
    super(message);
    this.status = status;
  }
}

/** Asks the server this page came from. Throws ApiError, or a TypeError or TimeoutError where nothing answers in 10 s. */
export async function getJson<T>(path: string): Promise<T> {
  const response = await fetch(serverUrl(path), {
    headers: { accept: 'application/json' },
    signal: AbortSignal.timeout(10_000),
  });
  hearDate(response.headers.get('date'), Date.now());
  const body = (await response.json().catch(() => null)) as (T & { error?: string }) | null;
  if (!response.ok || body === null) {
    throw new ApiError(response.status, body?.error ?? `the server answered ${response.status}`);
  }
  return body;
}

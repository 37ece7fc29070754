import type { IncomingMessage } from 'node:http';
import type { SchedulerLike, Subscription } from 'rxjs';
import { firstWords } from '../../../schema/outside/first-words.ts';

/** A server's HTTP answer instead of an open socket. */
export interface UpgradeRefusal {
  readonly status: number;
  /** The body's own `code` where it has one, else the status: the provider answers a wrong key under 200 too. */
  readonly code: number;
  readonly message: string;
  /** A web page: from a proxy on the way, which knows nothing of keys. */
  readonly isPage: boolean;
  readonly retryAfterMs: number | undefined;
}

/** The server answered the upgrade with an HTTP response instead of a socket. */
export class UpgradeRefusedError extends Error {
  override name = 'UpgradeRefusedError';
  readonly refusal: UpgradeRefusal;
  constructor(refusal: UpgradeRefusal) {
    super(`the upgrade was answered with ${refusal.status}, code ${refusal.code}: ${refusal.message}`);
    this.refusal = refusal;
  }
}

const maxBody = 4_096;
const bodyWithinMs = 5_000;

/** Reads the answer's body, at most 4 kB in 5 s, and interprets it. */
export function readRefusal(
  response: IncomingMessage,
  clock: SchedulerLike,
  done: (refusal: UpgradeRefusal) => void,
): Subscription {
  let body = '';
  const finish = () => {
    life.unsubscribe();
    done(describe(response, body));
  };
  const life = clock.schedule(finish, bodyWithinMs);
  response.setEncoding('utf8');
  response.on('data', (chunk: string) => {
    body += chunk;
    if (body.length >= maxBody && !life.closed) finish();
  });
  for (const end of ['end', 'error', 'aborted'] as const) {
    response.on(end, () => {
      if (!life.closed) finish();
    });
  }
  return life;
}

function describe(response: IncomingMessage, body: string): UpgradeRefusal {
  const status = response.statusCode ?? 0;
  const stated = parse(body);
  const seconds = Number(response.headers['retry-after']);
  return {
    status,
    code: typeof stated['code'] === 'number' ? stated['code'] : status,
    message: typeof stated['message'] === 'string' ? firstWords(stated['message'], 200) : 'no message',
    isPage: body.trimStart().startsWith('<'),
    retryAfterMs: seconds > 0 ? seconds * 1000 : undefined,
  };
}

function parse(body: string): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(body);
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
  } catch {
    return {};
  }
}

import type { IncomingMessage, ServerResponse } from 'node:http';
import { communityPage } from './community-page.ts';
import type { CommunityFault, Faults } from './faults.ts';
import { readBody, sendCanned, sendJson } from './http-answers.ts';
import { type ReceivedPost, SignalBody } from './received-post.ts';

export interface CommunityPlatformOptions {
  readonly key: string;
  /** @default '/api/signals/external' */
  readonly path?: string;
  /** Path that accepts ends of signals. @default none */
  readonly endPath?: string | undefined;
  /** Path of lookups by Idempotency-Key; `{id}` in it stands for the id. @default none */
  readonly lookupPath?: string | undefined;
  /** Does it honour Idempotency-Key? @default false */
  readonly isIdempotent?: boolean;
  readonly now: () => number;
  readonly faults: Faults['community'];
}

export interface CommunityPlatform {
  readonly listener: (request: IncomingMessage, response: ServerResponse) => void;
  /** Stored posts, oldest first, the last 1,000. */
  readonly received: () => readonly ReceivedPost[];
  /** Posts that reached it, stored or not: time and Idempotency-Key. */
  readonly attempts: () => readonly { readonly at: number; readonly key: string | undefined }[];
  /** Idempotency-Keys that it was asked for. */
  readonly lookups: () => readonly string[];
}

/** The MT5 community platform: stores each post, repeated ones too unless `isIdempotent`. */
export function communityPlatform(options: CommunityPlatformOptions): CommunityPlatform {
  const {
    key,
    path = '/api/signals/external',
    endPath,
    lookupPath,
    isIdempotent = false,
    now,
    faults,
  } = options;
  const posts: ReceivedPost[] = [];
  const attempts: { at: number; key: string | undefined }[] = [];
  const known = new Map<string, string>();
  const lookups: string[] = [];

  const store = (body: SignalBody, idempotencyKey: string | undefined): string => {
    const same = isIdempotent && idempotencyKey !== undefined ? known.get(idempotencyKey) : undefined;
    if (same !== undefined) return same;
    const id = body.signal_id ?? `signal-${posts.length + 1}`;
    posts.push({ at: now(), id, idempotencyKey, body });
    if (posts.length > 1_000) posts.shift();
    if (idempotencyKey !== undefined) known.set(idempotencyKey, id);
    return id;
  };

  const post = async (request: IncomingMessage, response: ServerResponse) => {
    const idempotencyKey = request.headers['idempotency-key']?.toString();
    attempts.push({ at: now(), key: idempotencyKey });
    if (attempts.length > 10_000) attempts.shift();
    const parsed = SignalBody.safeParse(parseJson(await readBody(request)));
    const fault = faults.next.shift() ?? faults.always;
    if (fault !== undefined && !isStoring(fault)) {
      misbehave(fault, response);
      return;
    }
    // The body is validated before the key, as by the real one.
    if (!parsed.success) {
      sendJson(response, 422, {
        detail: parsed.error.issues.map(({ path, message }) => ({ loc: path, msg: message })),
      });
    } else if (request.headers['x-api-key'] !== key) {
      sendJson(response, 403, { detail: 'Invalid API key' });
    } else if (overflows(parsed.data)) {
      sendJson(response, 500, { detail: 'Internal Server Error' });
    } else {
      const id = store(parsed.data, idempotencyKey);
      const { symbol, action } = parsed.data;
      const body = { message: 'Signal stored', signal_id: id, status: 'stored', symbol, action };
      if (fault === undefined) sendJson(response, 200, body);
      else misbehaveAfterStoring(fault as StoringFault, response, JSON.stringify(body));
    }
  };

  const takeEnd = (request: IncomingMessage, response: ServerResponse): void => {
    request.resume();
    const isKnown = request.headers['x-api-key'] === key;
    sendJson(response, isKnown ? 200 : 403, isKnown ? { status: 'stored' } : { detail: 'Invalid API key' });
  };

  /** Has it a post under an Idempotency-Key? */
  const answerLookup = (request: IncomingMessage, response: ServerResponse, id: string): void => {
    lookups.push(id);
    if (lookups.length > 10_000) lookups.shift();
    const fault = faults.lookup.next.shift() ?? faults.lookup.always;
    const found = posts.find((post) => post.idempotencyKey === id && post.at + faults.lookup.lateMs <= now());
    if (fault !== undefined) sendCanned(response, fault);
    else if (request.headers['x-api-key'] !== key) sendJson(response, 403, { detail: 'Invalid API key' });
    else if (found === undefined) sendJson(response, 404, { detail: 'Not Found' });
    else sendJson(response, 200, { signal_id: found.id, idempotency_key: id, status: 'stored' });
  };

  return {
    received: () => posts,
    lookups: () => lookups,
    attempts: () => attempts,
    listener: (request, response) => {
      const url = request.url?.split('?')[0];
      const asked = request.method === 'GET' ? askedId(request, lookupPath) : undefined;
      if (request.method === 'POST' && url === path) post(request, response).catch(() => response.destroy());
      else if (request.method === 'POST' && url === endPath) takeEnd(request, response);
      else if (asked !== undefined) answerLookup(request, response, asked);
      else if (request.method === 'GET' && url === path) sendJson(response, 200, { signals: posts });
      else if (request.method === 'GET' && url === '/') communityPage(response, posts);
      else sendJson(response, 404, { detail: 'Not Found' });
    },
  };
}

/** The id that a request looks up; undefined where it is no lookup. */
function askedId(
  { url = '/', headers }: IncomingMessage,
  lookupPath: string | undefined,
): string | undefined {
  if (lookupPath === undefined) return undefined;
  const { pathname, searchParams } = new URL(url, 'http://platform');
  const [before = '', after] = lookupPath.split('?')[0]!.split('{id}');
  if (after === undefined) {
    const id = searchParams.get('idempotency_key') ?? headers['idempotency-key'];
    return pathname === before && typeof id === 'string' ? id : undefined;
  }
  if (!pathname.startsWith(before) || !pathname.endsWith(after)) return undefined;
  const id = pathname.slice(before.length, pathname.length - after.length);
  return id === '' || id.includes('/') ? undefined : decodeURIComponent(id);
}

type StoringFault = 'stored_reset' | 'stored_500' | 'stored_no_answer' | 'stored_slow_drip' | 'truncated';
const storing: ReadonlySet<unknown> = new Set<StoringFault>([
  'stored_reset',
  'stored_500',
  'stored_no_answer',
  'stored_slow_drip',
  'truncated',
]);
const isStoring = (fault: CommunityFault) => storing.has(fault);

function misbehave(fault: CommunityFault, response: ServerResponse): void {
  if (typeof fault === 'object') sendCanned(response, fault);
  else if (fault === 'reset') response.socket?.resetAndDestroy();
  else if (fault === 'garbage') response.socket?.end('\u0000\u0001 this is no HTTP \r\n\r\n');
  else if (fault === 'redirect') response.writeHead(307, { location: '/elsewhere' }).end();
}

function misbehaveAfterStoring(fault: StoringFault, response: ServerResponse, body: string): void {
  if (fault === 'stored_reset') response.socket?.resetAndDestroy();
  else if (fault === 'stored_500') sendJson(response, 500, { detail: 'Internal Server Error' });
  else if (fault === 'truncated') {
    response.writeHead(200, { 'content-type': 'application/json', 'content-length': body.length });
    response.write(body.slice(0, 20), () => response.socket?.destroy());
  } else if (fault === 'stored_slow_drip') {
    response.writeHead(200, { 'content-type': 'application/json' });
    const drip = setInterval(() => response.write(' '), 200);
    response.once('close', () => clearInterval(drip));
  }
}

/** Prices have 10 digits, 5 of them decimals; a confidence is at most 1; a symbol has at most 50 characters. */
function overflows({ entry, tp, sl, confidence, symbol }: SignalBody): boolean {
  return (
    [entry, tp, sl].some((price) => Math.abs(price) >= 100_000) ||
    Math.abs(confidence) >= 10 ||
    symbol.length > 50
  );
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

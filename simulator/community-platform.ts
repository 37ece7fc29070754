import type { IncomingMessage, ServerResponse } from 'node:http';
import { z } from 'zod';
import { communityPage } from './community-page.ts';
import type { CommunityFault, Faults } from './faults.ts';
import { readBody, sendCanned, sendJson } from './http-answers.ts';

const SignalBody = z.looseObject({
  symbol: z.string().min(1),
  action: z.enum(['BUY', 'SELL']),
  entry: z.number(),
  tp: z.number(),
  sl: z.number(),
  confidence: z.number(),
  reasoning: z.string(),
  volume: z.number().optional(),
  timeframe: z.string().optional(),
  signal_id: z.string().optional(),
  limit_orders: z.unknown().optional(),
});
type SignalBody = z.infer<typeof SignalBody>;

/** A post that the platform stored. Time in Unix ms. */
export interface ReceivedPost {
  readonly at: number;
  readonly id: string;
  readonly idempotencyKey: string | undefined;
  readonly body: SignalBody;
}

export interface CommunityPlatformOptions {
  readonly key: string;
  /** @default '/api/signals/external' */
  readonly path?: string;
  /** Takes ends of signals. @default it has none */
  readonly endPath?: string | undefined;
  /** Does it honour Idempotency-Key? @default false */
  readonly isIdempotent?: boolean;
  readonly now: () => number;
  readonly faults: Faults['community'];
}

export interface CommunityPlatform {
  readonly listener: (request: IncomingMessage, response: ServerResponse) => void;
  /** What it stored, oldest first, the last 1,000. */
  readonly received: () => readonly ReceivedPost[];
  /** Posts that reached it, stored or not: time and Idempotency-Key. */
  readonly attempts: () => readonly { readonly at: number; readonly key: string | undefined }[];
}

/** The MT5 community platform: keeps what it is sent, without noticing repeats unless it is told to. */
export function communityPlatform(options: CommunityPlatformOptions): CommunityPlatform {
  const { key, path = '/api/signals/external', endPath, isIdempotent = false, now, faults } = options;
  const posts: ReceivedPost[] = [];
  const attempts: { at: number; key: string | undefined }[] = [];
  const known = new Map<string, string>();

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
    // The body is judged before the key.
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

  return {
    received: () => posts,
    attempts: () => attempts,
    listener: (request, response) => {
      const url = request.url?.split('?')[0];
      if (request.method === 'POST' && url === path) post(request, response).catch(() => response.destroy());
      else if (request.method === 'POST' && url === endPath) takeEnd(request, response);
      else if (request.method === 'GET' && url === path) sendJson(response, 200, { signals: posts });
      else if (request.method === 'GET' && url === '/') communityPage(response, posts);
      else sendJson(response, 404, { detail: 'Not Found' });
    },
  };
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

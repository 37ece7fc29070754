import { responseText, isWebPage } from './response-text.ts';
import type { SendResult } from './channel.ts';
import { type Judge, parsedJson } from './confirmation.ts';
import type { PostEnd } from './post-json.ts';

/** These say that nothing was stored and that a repetition may succeed. */
const notStored = new Set([408, 425, 429, 500, 503]);

export interface ResponseForm {
  /** Kept out of the answer, should the other side repeat them. */
  readonly secrets: readonly string[];
  /** Where a JSON answer names what was made of the post, and how long to wait. */
  readonly remoteId: readonly string[];
  readonly afterSeconds?: readonly string[];
  /** What a 2xx means: without a confirmation nobody knows what has answered, a login page or the platform. */
  readonly confirms: Judge;
  /** Does 409 say that the post is known there already? */
  readonly knownBy409?: boolean;
}

/** What the end of a POST means: stored, surely not stored, never to be stored, or perhaps stored. */
export function interpretResponse(end: PostEnd, form: ResponseForm): SendResult {
  if (end.kind === 'unsent') return { kind: 'retry', answer: `not sent: ${end.reason}` };
  if (end.kind === 'lost') return { kind: 'ambiguous', answer: `sent, but ${end.reason}` };
  const { status, body, retryAfterMs, whole } = end;
  const text = form.secrets.reduce((left, secret) => left.replaceAll(secret, '***'), body);
  const answer = `${status} ${responseText(text)}`;
  const json = parsedJson(text);
  if (status === 409 && form.knownBy409 === true && whole && !isWebPage(text))
    return { kind: 'delivered', answer, remoteId: idAt(json, form.remoteId) };
  if (status >= 200 && status < 300) {
    if (!whole) return { kind: 'ambiguous', answer: `${answer} (cut off)` };
    const confirmation = isWebPage(text) ? 'unclear' : form.confirms({ status, text, json });
    if (confirmation === 'yes') return { kind: 'delivered', answer, remoteId: idAt(json, form.remoteId) };
    if (confirmation === 'no') return { kind: 'final', answer: `refused: ${answer}` };
    return { kind: 'ambiguous', answer: `no confirmation in the answer: ${answer}` };
  }
  const seconds = form.afterSeconds === undefined ? undefined : valueAt(json, form.afterSeconds);
  const afterMs = typeof seconds === 'number' && seconds > 0 ? seconds * 1000 : retryAfterMs;
  if (notStored.has(status)) return { kind: 'retry', answer, afterMs };
  if (status >= 500) return { kind: 'ambiguous', answer, afterMs };
  if (status >= 300 && status < 400) return { kind: 'final', answer: `${status}: redirects are refused` };
  return { kind: 'final', answer };
}

function idAt(json: unknown, path: readonly string[]): string | null {
  const id = valueAt(json, path);
  return typeof id === 'string' || typeof id === 'number' ? String(id).slice(0, 200) : null;
}

function valueAt(json: unknown, path: readonly string[]): unknown {
  return path.reduce<unknown>(
    (value, key) => (value as Record<string, unknown> | null | undefined)?.[key],
    json,
  );
}

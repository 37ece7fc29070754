import { responseText, isWebPage } from './response-text.ts';
import type { SendResult } from './channel.ts';
import { type Judge, parsedJson } from './confirmation.ts';
import type { PostEnd } from './post-json.ts';

/** Statuses that mean nothing was stored and a retry may succeed. */
const notStored = new Set([408, 425, 429, 500, 503]);

export interface ResponseForm {
  /** Masked in the answer, in case the receiver echoes them. */
  readonly secrets: readonly string[];
  /** Paths in a JSON response: the id of what was stored, and the seconds to wait before a retry. */
  readonly remoteId: readonly string[];
  readonly afterSeconds?: readonly string[];
  /** Judges a 2xx: without a confirmation a login page could be taken for the platform. */
  readonly confirms: Judge;
  /** Does 409 mean that the receiver already has the post? */
  readonly knownBy409?: boolean;
}

/** Classifies the end of a POST: stored, certainly not stored, never going to be stored, or possibly stored. */
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

import { type Judge, parsedJson } from './confirmation.ts';
import type { SendResult } from './channel.ts';
import type { OutsideText } from './outside-text.ts';
import { remoteIdOf } from './remote-id.ts';
import { responseText, isWebPage } from './response-text.ts';
import type { RequestEnd } from './send-request.ts';

/** Statuses that mean nothing was stored and a retry may succeed. */
const notStored = new Set([408, 425, 429, 500, 503]);
const mostAfterMs = 24 * 3600_000;

export interface ResponseForm {
  /** Cleans what the receiver sent: nothing else of it is kept. */
  readonly clean: OutsideText;
  /** Paths in a JSON response: the id of what was stored, and the seconds to wait before a retry. */
  readonly remoteId: readonly string[];
  readonly afterSeconds?: readonly string[];
  /** Judges a 2xx: without a confirmation a login page could be taken for the platform. */
  readonly confirms: Judge;
  /** Does 409 mean that the receiver already has the post? */
  readonly knownBy409?: boolean;
}

/** Classifies the end of a POST: stored, certainly not stored, never going to be stored, or possibly stored. */
export function interpretResponse(end: RequestEnd, form: ResponseForm): SendResult {
  if (end.kind === 'unsent')
    return { kind: 'retry', answer: `not sent: ${form.clean(end.reason, 200)}`, afterMs: end.afterMs };
  if (end.kind === 'lost') return { kind: 'ambiguous', answer: `sent, but ${form.clean(end.reason, 200)}` };
  const { status, body: text, retryAfterMs, whole } = end;
  const answer = `${status} ${responseText(text, form.clean)}`;
  const json = parsedJson(text);
  const remoteId = () => {
    const id = remoteIdOf(valueAt(json, form.remoteId));
    return id === undefined ? null : form.clean(id, 200);
  };
  if (status === 409 && form.knownBy409 === true && whole && !isWebPage(text))
    return { kind: 'delivered', answer, remoteId: remoteId() };
  if (status >= 200 && status < 300) {
    if (!whole) return { kind: 'ambiguous', answer: `${answer} (cut off)` };
    const confirmation = isWebPage(text) ? 'unclear' : form.confirms({ status, text, json });
    if (confirmation === 'yes') return { kind: 'delivered', answer, remoteId: remoteId() };
    if (confirmation === 'no') return { kind: 'final', answer: `refused: ${answer}` };
    return { kind: 'ambiguous', answer: `no confirmation in the answer: ${answer}` };
  }
  const seconds = form.afterSeconds === undefined ? undefined : valueAt(json, form.afterSeconds);
  const afterMs =
    typeof seconds === 'number' && seconds > 0 && Number.isFinite(seconds)
      ? Math.min(seconds * 1000, mostAfterMs)
      : retryAfterMs;
  if (notStored.has(status)) return { kind: 'retry', answer, afterMs };
  if (status >= 500) return { kind: 'ambiguous', answer, afterMs };
  if (status >= 300 && status < 400) return { kind: 'final', answer: `${status}: redirects are refused` };
  return { kind: 'final', answer };
}

function valueAt(json: unknown, path: readonly string[]): unknown {
  return path.reduce<unknown>(
    (value, key) => (value as Record<string, unknown> | null | undefined)?.[key],
    json,
  );
}

import type { SendResult } from './channel.ts';
import { plainText } from './plain-text.ts';
import type { PostEnd } from './post-json.ts';

/** These say that nothing was stored and that a repetition may succeed. */
const notStored = new Set([408, 425, 429, 500, 503]);

/**
 * What the end of a POST means: stored, surely not stored, never to be stored, or perhaps stored. `secrets` are kept out of
 * the answer, should the other side repeat them.
 */
export function resultOf(end: PostEnd, secrets: readonly string[]): SendResult {
  if (end.kind === 'unsent') return { kind: 'retry', answer: `not sent: ${end.reason}` };
  if (end.kind === 'lost') return { kind: 'ambiguous', answer: `sent, but ${end.reason}` };
  const { status, body, retryAfterMs: afterMs, whole } = end;
  const said = secrets.reduce((text, secret) => text.replaceAll(secret, '***'), body);
  const answer = `${status} ${plainText(said.slice(0, 2000), 200)}`.trim();
  if ((status >= 200 && status < 300) || status === 409) {
    if (!whole) return { kind: 'ambiguous', answer: `${answer} (cut off)` };
    return { kind: 'delivered', answer, remoteId: remoteIdOf(said) };
  }
  if (notStored.has(status)) return { kind: 'retry', answer, afterMs };
  if (status >= 500) return { kind: 'ambiguous', answer, afterMs };
  if (status >= 300 && status < 400) return { kind: 'final', answer: `${status}: redirects are refused` };
  return { kind: 'final', answer };
}

function remoteIdOf(body: string): string | null {
  try {
    const id = (JSON.parse(body) as { signal_id?: unknown } | null)?.signal_id;
    return typeof id === 'string' || typeof id === 'number' ? String(id).slice(0, 200) : null;
  } catch {
    return null;
  }
}

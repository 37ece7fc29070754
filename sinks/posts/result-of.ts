import type { SendResult } from './channel.ts';
import { plainText } from './plain-text.ts';
import type { PostEnd } from './post-json.ts';

/** These say that nothing was stored and that a repetition may succeed. */
const notStored = new Set([408, 425, 429, 500, 503]);

/**
 * What the end of a POST means: stored, surely not stored, never to be stored, or perhaps stored. `secrets` are kept out of
 * the answer, should the other side repeat them; `remoteId` and `afterSeconds` are paths in a JSON answer.
 */
export function resultOf(
  end: PostEnd,
  where: {
    secrets: readonly string[];
    remoteId: readonly string[];
    afterSeconds?: readonly string[];
  },
): SendResult {
  if (end.kind === 'unsent') return { kind: 'retry', answer: `not sent: ${end.reason}` };
  if (end.kind === 'lost') return { kind: 'ambiguous', answer: `sent, but ${end.reason}` };
  const { status, body, retryAfterMs, whole } = end;
  const said = where.secrets.reduce((text, secret) => text.replaceAll(secret, '***'), body);
  const answer = `${status} ${plainText(said.slice(0, 2000), 200)}`.trim();
  if ((status >= 200 && status < 300) || status === 409) {
    if (!whole) return { kind: 'ambiguous', answer: `${answer} (cut off)` };
    return { kind: 'delivered', answer, remoteId: remoteIdOf(said, where.remoteId) };
  }
  const seconds = where.afterSeconds === undefined ? undefined : valueAt(said, where.afterSeconds);
  const afterMs = typeof seconds === 'number' && seconds > 0 ? seconds * 1000 : retryAfterMs;
  if (notStored.has(status)) return { kind: 'retry', answer, afterMs };
  if (status >= 500) return { kind: 'ambiguous', answer, afterMs };
  if (status >= 300 && status < 400) return { kind: 'final', answer: `${status}: redirects are refused` };
  return { kind: 'final', answer };
}

function remoteIdOf(body: string, path: readonly string[]): string | null {
  const id = valueAt(body, path);
  return typeof id === 'string' || typeof id === 'number' ? String(id).slice(0, 200) : null;
}

function valueAt(body: string, path: readonly string[]): unknown {
  try {
    return path.reduce<unknown>(
      (value, key) => (value as Record<string, unknown> | null | undefined)?.[key],
      JSON.parse(body),
    );
  } catch {
    return undefined;
  }
}

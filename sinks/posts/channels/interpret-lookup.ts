import type { LookupResult } from './channel.ts';
import { parsedJson, recordOf, saysNo } from './confirmation.ts';
import type { OutsideText } from './outside-text.ts';
import { remoteIdOf } from './remote-id.ts';
import { isWebPage, responseText } from './response-text.ts';
import type { RequestEnd } from './send-request.ts';

/** Fields that name a post by our id, or by the platform's own. */
const names = ['signal_id', 'idempotency_key', 'external_id', 'id', 'key'];
/** Fields that say in so many words whether there is one. */
const verdicts = ['found', 'exists', 'stored', 'known'];
/** Where an answer, or a list of posts, may be wrapped. */
const envelopes = ['signal', 'signals', 'data', 'result', 'results', 'items', 'post', 'posts'];
const mostLooked = 1_000;

/**
 * What a platform says of the post `id`. It has it where an entry names that id, or `found` is true. It has none on 404 or 410 with JSON,
 * where `found` is false, or in a list without it: `isExplicit` where that is said of this id, not perhaps of a wrong path. All else is unknown.
 */
export function interpretLookup(end: RequestEnd, id: string, clean: OutsideText): LookupResult {
  if (end.kind === 'unsent') return { kind: 'unreachable', answer: `not asked: ${clean(end.reason, 200)}` };
  if (end.kind === 'lost') return { kind: 'unknown', answer: `asked, but ${clean(end.reason, 200)}` };
  const { status, body, whole } = end;
  const answer = `asked: ${status} ${responseText(body, clean)}`;
  const json = parsedJson(body);
  const isGone = status === 404 || status === 410;
  if (!whole || isWebPage(body) || json === undefined || json === null) return { kind: 'unknown', answer };
  if (!isGone && (status < 200 || status >= 300)) return { kind: 'unknown', answer };
  const entries = entriesOf(json);
  const own = entries.find((entry) => names.some((name) => entry[name] === id));
  const verdict = entries.map(verdictOf).find((found) => found !== undefined);
  const isOther =
    own === undefined && entries.some((entry) => names.some((name) => entry[name] !== undefined));
  if (isGone || verdict === false)
    return isOther
      ? { kind: 'unknown', answer }
      : { kind: 'absent', answer, isExplicit: verdict === false || own !== undefined };
  if (own !== undefined && saysNo(own)) return { kind: 'unknown', answer };
  if (own !== undefined || verdict === true) {
    const named = own ?? entries.find((entry) => remoteIdOf(entry['signal_id'] ?? entry['id']) !== undefined);
    const remoteId = remoteIdOf(named?.['signal_id'] ?? named?.['id']);
    return { kind: 'there', answer, remoteId: remoteId === undefined ? null : clean(remoteId, 200) };
  }
  return isList(json) ? { kind: 'absent', answer, isExplicit: false } : { kind: 'unknown', answer };
}

type Entry = Readonly<Record<string, unknown>>;

function verdictOf(entry: Entry): boolean | undefined {
  const named = verdicts.map((name) => entry[name]).find((value) => typeof value === 'boolean');
  return typeof named === 'boolean' ? named : undefined;
}

/** The answer itself, what it wraps, and the entries of lists in it. */
function entriesOf(json: unknown): Entry[] {
  const body = recordOf(json);
  const wrapped = body === undefined ? [json] : [body, ...envelopes.map((name) => body[name])];
  return wrapped
    .flatMap((one): unknown[] => (Array.isArray(one) ? one.slice(0, mostLooked) : [one]))
    .map(recordOf)
    .filter((one) => one !== undefined);
}

const isList = (json: unknown): boolean =>
  Array.isArray(json) || envelopes.some((name) => Array.isArray(recordOf(json)?.[name]));

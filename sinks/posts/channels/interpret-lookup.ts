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

/**
 * What a platform says of the post `id`. It has it where an entry names that id, or `found` is true. It has none on 404 or 410 with JSON,
 * where `found` is false, or in an empty list: `isExplicit` where the answer names this id, since a wrong path might say the same of all.
 * All else is unknown: a list of other posts may be one page of them, and an answer that contradicts itself says nothing.
 */
export function interpretLookup(end: RequestEnd, id: string, clean: OutsideText): LookupResult {
  if (end.kind === 'unsent') return { kind: 'unreachable', answer: `not asked: ${clean(end.reason, 200)}` };
  if (end.kind === 'lost') return { kind: 'unknown', answer: `asked, but ${clean(end.reason, 200)}` };
  const { status, body, whole } = end;
  const answer = `asked: ${status} ${responseText(body, clean)}`;
  const unknown = { kind: 'unknown', answer } as const;
  const json = parsedJson(body);
  const isGone = status === 404 || status === 410;
  if (!whole || isWebPage(body) || json === undefined || json === null) return unknown;
  if (!isGone && (status < 200 || status >= 300)) return unknown;

  const { objects, listed, isEmpty } = partsOf(json);
  const isOurs = (entry: Entry) => names.some((name) => entry[name] === id);
  // An id beside a result repeats the question: the result has to name it.
  const own = listed.find(isOurs) ?? objects.find((entry) => isOurs(entry) && !holdsResult(entry));
  const isNamed = own !== undefined || objects.some(isOurs);
  const isOfOther = (fields: readonly string[]) =>
    !isNamed && [...objects, ...listed].some((entry) => fields.some((name) => isGiven(entry[name])));
  const verdict = verdictOf(own === undefined ? objects : [...objects, own]);
  if (verdict === 'both') return unknown;
  if (isGone || verdict === false) {
    const isDenied = listed.some((entry) => isOurs(entry) && verdictOf([entry]) !== false);
    return isOfOther(names) || isDenied ? unknown : { kind: 'absent', answer, isExplicit: isNamed };
  }
  if (own !== undefined ? !saysNo(own) : verdict === true && !isEmpty && !isOfOther(['idempotency_key'])) {
    const named = own ?? objects.find((entry) => remoteIdOf(entry['signal_id'] ?? entry['id']) !== undefined);
    const remoteId = remoteIdOf(named?.['signal_id'] ?? named?.['id']);
    return { kind: 'there', answer, remoteId: remoteId === undefined ? null : clean(remoteId, 200) };
  }
  const hasNone = isEmpty && verdict === undefined && !isOfOther(names) && !saysNo(json);
  return hasNone ? { kind: 'absent', answer, isExplicit: false } : unknown;
}

type Entry = Readonly<Record<string, unknown>>;

/** Whether there is one, as the entries say; `both` where they contradict each other. */
function verdictOf(entries: readonly Entry[]): boolean | 'both' | undefined {
  const said = new Set(
    entries
      .flatMap((entry) => verdicts.map((name) => entry[name]))
      .filter((value) => typeof value === 'boolean'),
  );
  return said.size > 1 ? 'both' : [...said][0];
}

/** The answer itself and the objects that it wraps; the entries of its lists; whether it has lists, and nothing in them. */
function partsOf(json: unknown) {
  const body = recordOf(json);
  const parts = [json, ...envelopes.map((name) => body?.[name])];
  const lists = parts.filter((part): part is unknown[] => Array.isArray(part));
  return {
    objects: parts.map(recordOf).filter((one) => one !== undefined),
    listed: lists
      .flat()
      .map(recordOf)
      .filter((one) => one !== undefined),
    isEmpty: lists.length > 0 && lists.every((list) => list.length === 0),
  };
}

/** Does an object wrap a result, perhaps an empty one? A word beside other fields (`"result": "stored"`) is none. */
const holdsResult = (entry: Entry): boolean =>
  envelopes.some((name) => name in entry && (!entry[name] || typeof entry[name] === 'object'));

const isGiven = (value: unknown): boolean => value !== undefined && value !== null;

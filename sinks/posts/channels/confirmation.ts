/** How a 2xx response is judged: accepted, refused, or not in any form that the receiver documents. */
type Confirmation = 'yes' | 'no' | 'unclear';

/** A 2xx response. `json` is undefined where the body is not JSON. */
interface Answered {
  readonly status: number;
  readonly text: string;
  readonly json: unknown;
}

/** Judges a 2xx response by the forms that the receiver documents. */
export type Judge = (answer: Answered) => Confirmation;

/** Parses JSON, also after a byte order mark; undefined where the text is not JSON. */
export function parsedJson(text: string): unknown {
  try {
    return JSON.parse(text.replace(/^\uFEFF/, '')) as unknown;
  } catch {
    return undefined;
  }
}

export const recordOf = (json: unknown): Readonly<Record<string, unknown>> | undefined =>
  typeof json === 'object' && json !== null && !Array.isArray(json)
    ? (json as Record<string, unknown>)
    : undefined;

/** Fields that say no when they are false, and yes when they are true; names as `plainName` writes them. */
const verdicts = ['success', 'ok', 'stored', 'accepted', 'delivered', 'valid'];
/** Fields that say no when they hold anything; robots of chats answer 200 with an `errcode`. */
const faults =
  'error errors errormessage errorcode errcode errno retcode exception failed failure failures'.split(' ');
/** Fields that name what became of the post, in a word or a status of HTTP. */
const states = ['status', 'statuscode', 'result', 'code'];
/** Fields with a sentence for people. */
const sentences = ['message', 'msg', 'detail', 'reason', 'description'];
/** Where receivers wrap their answer, one level deep. */
const envelopes = ['data', 'result', 'response', 'body'];

const refusals =
  /^(?:errors?|fail(?:ed|ure)?|reject(?:ed)?|refused?|den(?:y|ied)|invalid|unauthori[sz]ed|unauthenticated|forbidden|not[ _-]\w+|no|n?ko|nok)(?![a-z0-9])/i;
const acceptances =
  /^(?:ok|success|successful|succeeded|done|completed?|processed|stored|saved|accepted|queued|created|received|delivered|sent|pending|new|open|active|duplicate|exists|already[ _-]\w+|2\d\d)$/i;
/** Words in which programs and proxies say that something went wrong. */
const trouble =
  /(?<![a-z])(?:error|fail(?:ed|ure)?|denied|invalid|unauthori[sz]ed|unauthenticated|forbidden|blocked|unavailable|expired|rejected|refused|not (?:found|authenticated|authori[sz]ed|allowed))(?![a-z])/i;

/** Does an object, or one of a list, say in so many words that nothing was taken? Names in any case. */
export function saysNo(json: unknown): boolean {
  if (Array.isArray(json)) return json.slice(0, mostLooked).some((one) => refuses(fieldsOf(one)));
  const body = fieldsOf(json);
  return refuses(body) || envelopes.some((name) => refuses(fieldsOf(body.get(name))));
}

/** Does a response body state explicitly that the post was accepted? */
export function saysYes(json: unknown): boolean {
  const body = fieldsOf(json);
  if (saysNo(json)) return false;
  return verdicts.some((name) => body.get(name) === true) || acceptances.test(textOf(body.get('status')));
}

/** Does an answer leave it open, whatever else it names: a status that nobody documents, or words of trouble? */
export function leavesOpen(json: unknown): boolean {
  if (typeof json === 'string' || typeof json === 'boolean' || typeof json === 'number')
    return json === false || json === 0 || tellsTrouble(String(json));
  const body = fieldsOf(json);
  const status = textOf(body.get('status'));
  if (status !== '' && !acceptances.test(status)) return true;
  const code = body.get('code');
  if (typeof code === 'number' && (code < 0 || code >= 1000)) return true;
  return sentences.some((name) => tellsTrouble(textOf(body.get(name))));
}

/** Does a text say, in the words of programs, that something went wrong? */
export const tellsTrouble = (text: string): boolean => trouble.test(text.slice(0, 300));

/** Entries of a list that are looked at. */
const mostLooked = 100;

type Fields = ReadonlyMap<string, unknown>;

/** Fields of an object by their plain names; where two share one, the last. */
const fieldsOf = (json: unknown): Fields =>
  new Map(Object.entries(recordOf(json) ?? {}).map(([name, value]) => [plainName(name), value]));

const plainName = (name: string): string => name.toLowerCase().replace(/[_-]/g, '');

function refuses(body: Fields): boolean {
  if (verdicts.some((name) => isFalse(body.get(name)))) return true;
  if (faults.some((name) => holdsSomething(body.get(name)))) return true;
  return states.some((name) => isRefusal(body.get(name)));
}

const textOf = (value: unknown) => (typeof value === 'string' ? value.trim() : '');
const isFalse = (value: unknown) => value === false || value === 0 || /^(?:false|no|0)$/i.test(textOf(value));
const isRefusal = (value: unknown) => {
  if (typeof value === 'number') return value >= 400 && value < 600;
  return value === false || refusals.test(textOf(value)) || /^[45]\d\d$/.test(textOf(value));
};

function holdsSomething(value: unknown): boolean {
  if (value === undefined || value === null || value === false || value === 0) return false;
  if (typeof value === 'string') return !/^(?:|0|null|none|no|false|ok|success)$/i.test(value.trim());
  if (Array.isArray(value)) return value.length > 0;
  return typeof value !== 'object' || Object.keys(value).length > 0;
}

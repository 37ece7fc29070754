/** What a 2xx answer says of the post: taken, refused, or nothing that the receiver's documents know. */
type Confirmation = 'yes' | 'no' | 'unclear';

/** A 2xx answer as its channel judges it. `json`: undefined where the text is none. */
interface Answered {
  readonly status: number;
  readonly text: string;
  readonly json: unknown;
}

/** Judges a 2xx answer by the forms that the receiver documents. */
export type Judge = (answer: Answered) => Confirmation;

/** JSON, also behind a byte order mark; undefined where it is none. */
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

/** Fields that say no when they are false, and yes when they are true. */
const verdicts = ['success', 'ok', 'stored', 'accepted', 'delivered'];
/** Fields that say no when they hold anything. */
const faults = ['error', 'errors', 'errorMessage', 'error_message', 'error_code', 'errorCode', 'exception'];
const refusals =
  /^(?:error|errors|fail|failed|failure|reject|rejected|refused|denied|invalid|unauthori[sz]ed|forbidden|not[ _-]\w+|n?ko|nok)$/i;
const acceptances =
  /^(?:ok|success|succeeded|stored|accepted|queued|created|received|delivered|duplicate|exists|already[ _-]\w+)$/i;

/** Does an object say in so many words that nothing was taken? */
export function saysNo(json: unknown): boolean {
  const body = recordOf(json);
  if (body === undefined) return false;
  const isFalse = (value: unknown) =>
    value === false || value === 0 || /^(?:false|no|0)$/i.test(textOf(value));
  if (verdicts.some((name) => isFalse(body[name]))) return true;
  if (faults.some((name) => holdsSomething(body[name]))) return true;
  return ['status', 'statusCode', 'result', 'code'].some((name) => isRefusal(body[name]));
}

/** Does an object say in so many words that it was taken? */
export function saysYes(json: unknown): boolean {
  const body = recordOf(json);
  if (body === undefined || saysNo(body)) return false;
  return verdicts.some((name) => body[name] === true) || acceptances.test(textOf(body['status']));
}

const textOf = (value: unknown) => (typeof value === 'string' ? value.trim() : '');
const isRefusal = (value: unknown) =>
  typeof value === 'number' ? value >= 400 && value < 600 : refusals.test(textOf(value));

function holdsSomething(value: unknown): boolean {
  if (value === undefined || value === null || value === false || value === 0 || value === '') return false;
  if (Array.isArray(value)) return value.length > 0;
  return typeof value !== 'object' || Object.keys(value).length > 0;
}

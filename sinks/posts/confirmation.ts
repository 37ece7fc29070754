/** How a 2xx response is judged: accepted, refused, or not in any form that the receiver documents. */
export type Confirmation = 'yes' | 'no' | 'unclear';

/** A 2xx response. `json` is undefined where the body is not JSON. */
export interface Answered {
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

/** Fields that mean a refusal when false, and acceptance when true. */
const verdicts = ['success', 'ok', 'stored', 'accepted', 'delivered'];
/** Fields that mean a refusal when they are not empty. */
const faults = ['error', 'errors', 'errorMessage', 'error_message', 'error_code', 'errorCode', 'exception'];
const refusals =
  /^(?:error|errors|fail|failed|failure|reject|rejected|refused|denied|invalid|unauthori[sz]ed|forbidden|not[ _-]\w+|n?ko|nok)$/i;
const acceptances =
  /^(?:ok|success|succeeded|stored|accepted|queued|created|received|delivered|duplicate|exists|already[ _-]\w+)$/i;

/** Does a response body state explicitly that nothing was accepted? */
export function saysNo(json: unknown): boolean {
  const body = recordOf(json);
  if (body === undefined) return false;
  const isFalse = (value: unknown) =>
    value === false || value === 0 || /^(?:false|no|0)$/i.test(textOf(value));
  if (verdicts.some((name) => isFalse(body[name]))) return true;
  if (faults.some((name) => holdsSomething(body[name]))) return true;
  return ['status', 'statusCode', 'result', 'code'].some((name) => isRefusal(body[name]));
}

/** Does a response body state explicitly that the post was accepted? */
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

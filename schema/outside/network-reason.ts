/** What is read of a failed connection, as Node and undici give it. */
interface Failure {
  readonly code?: unknown;
  readonly message?: unknown;
  readonly cause?: unknown;
  readonly errors?: unknown;
  readonly address?: unknown;
  readonly port?: unknown;
  readonly hostname?: unknown;
}

/** What codes leave unsaid. */
const meanings: Readonly<Record<string, string>> = {
  ENOTFOUND: 'there is no such host',
  EAI_AGAIN: 'the name server does not answer',
  ECONNREFUSED: 'nothing listens there',
  ECONNRESET: 'the other side closed the connection',
  EPIPE: 'the other side closed the connection',
  ETIMEDOUT: 'no answer from there',
  EHOSTUNREACH: 'there is no way to it',
  ENETUNREACH: 'there is no way to it',
  ERR_SSL_WRONG_VERSION_NUMBER: 'no TLS is spoken there: http:// is meant, or another port',
  EPROTO: 'no TLS is spoken there: http:// is meant, or another port',
};

/**
 * Why a request got no answer: the code, where it happened (`ECONNREFUSED 127.0.0.1:9`), and what it means. `fetch failed` is what fetch says
 * of each of them; the reason is its cause, or one for each address that was tried. At most 200 characters.
 */
export function networkReason(error: unknown): string {
  return reasonOf(error, 0).split('\n')[0]!.slice(0, 200);
}

function reasonOf(error: unknown, depth: number): string {
  if (typeof error !== 'object' || error === null) return String(error);
  const { code, message, cause, errors, address, port, hostname } = error as Failure;
  const text = typeof message === 'string' ? message : '';
  if (depth < 5) {
    if (Array.isArray(errors) && errors.length > 0) {
      const reasons = errors.slice(0, 4).map((one: unknown) => reasonOf(one, depth + 1));
      return [...new Set(reasons)].join('; ');
    }
    if (typeof cause === 'object' && cause !== null) return reasonOf(cause, depth + 1);
  }
  if (typeof code !== 'string' || code === '') return text || 'an error without a word';
  const where = typeof address === 'string' ? addressOf(address, port) : hostname;
  const named = typeof where === 'string' ? `${code} ${where}` : code;
  const meaning = meanings[code];
  if (meaning !== undefined) return `${named}: ${meaning}`;
  return text === '' || text.includes(code) ? text || named : `${named}: ${text}`;
}

const addressOf = (address: string, port: unknown): string => {
  if (typeof port !== 'number') return address;
  return address.includes(':') ? `[${address}]:${port}` : `${address}:${port}`;
};

import type { IncomingMessage } from 'node:http';
import type { Middleware } from 'koa';
import { quoted, textFault } from '../../schema/outside/outside-text.ts';
import { Problem } from '../problem.ts';

/**
 * Why the text of a request is not taken: its path, its query or a header holds what cannot be printed, or an escape that stands for
 * no UTF-8. Undefined where it is. Asked of every request and every upgrade before anything reads them.
 */
export function requestFault({ url = '', rawHeaders }: IncomingMessage): string | undefined {
  // Koa's own reading of a target stumbles over these.
  if (url.includes('#')) return 'the path must not hold # unless it is escaped';
  if (!url.startsWith('/') && url !== '*' && !URL.canParse(url)) return 'the path must begin with /';
  const cut = url.indexOf('?');
  const [path, query] = cut < 0 ? [url, ''] : [url.slice(0, cut), url.slice(cut + 1)];
  const fault = partFault('the path', path) ?? partFault('the query', query.replaceAll('+', ' '));
  if (fault !== undefined) return fault;
  for (let i = 1; i < rawHeaders.length; i += 2) {
    const ofHeader = headerFault(rawHeaders[i]!);
    if (ofHeader !== undefined) return `the header ${quoted(rawHeaders[i - 1]!)} ${ofHeader}`;
  }
  return undefined;
}

/** Answers such requests with 400. */
export function cleanRequest(): Middleware {
  return async (ctx, next) => {
    const fault = requestFault(ctx.req);
    if (fault !== undefined) throw new Problem(400, 'bad_request', fault);
    await next();
  };
}

function partFault(what: string, text: string): string | undefined {
  if (/^[\w\-./?=&,:;~!$'()*@ ]*$/.test(text)) return undefined;
  if (/[^ -~]/.test(text)) return `${what} must be ASCII, all else percent-encoded`;
  try {
    const fault = textFault(decodeURIComponent(text));
    return fault === undefined ? undefined : `${what} ${fault}`;
  } catch {
    return `${what} has a percent-escape that stands for no UTF-8 text`;
  }
}

/** Node gives a header's bytes as Latin-1; a name in another script is UTF-8 then. Tabs may separate. */
function headerFault(value: string): string | undefined {
  if (/^[\t -~]*$/.test(value)) return undefined;
  return textFault(Buffer.from(value, 'latin1').toString('utf8').replaceAll('\t', ' '));
}

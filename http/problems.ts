import type { IncomingMessage } from 'node:http';
import type { Context, Middleware } from 'koa';
import { z } from 'zod';
import type { ErrorAnswer } from '../schema/rest.ts';
import { isDatabaseAway } from '../store/database.ts';
import { errorPage } from './error-page.ts';
import { inputProblem } from './input-problem.ts';
import { Problem } from './problem.ts';

/**
 * The one error funnel: every failure becomes `{success:false,error,code}`, or a page with the same words where a browser opens an
 * address. An error that is not meant for the client (a bug, a database's message) is reported to `onError`, and the client receives
 * `internal`.
 */
export function problems(onError: (error: unknown) => void): Middleware {
  return async (ctx, next) => {
    try {
      await next();
      if (ctx.status === 404 && (ctx.body === undefined || ctx.body === null))
        throw new Problem(404, 'not_found', 'there is no such page');
      // The router has set the status, and the header. Its 501 is for methods that no route has: no failure of the server either.
      if (ctx.status === 405 || ctx.status === 501)
        throw new Problem(405, 'method_not_allowed', `this route takes ${ctx.response.get('Allow')}`);
    } catch (error) {
      const problem = problemOf(error);
      if (problem.status >= 500 && !(error instanceof Problem)) onError(error);
      ctx.status = problem.status;
      for (const [name, value] of Object.entries(problem.headers)) ctx.set(name, value);
      ctx.set('Cache-Control', 'no-store');
      // Whatever is still to come of its body is not read.
      if (hasUnreadBody(ctx.req)) ctx.set('Connection', 'close');
      ctx.vary('Accept');
      if (wantsPage(ctx)) {
        ctx.type = 'html';
        ctx.body = errorPage(ctx.path, problem.status, problem.code, problem.message);
        return;
      }
      ctx.body = {
        ...problem.fields,
        success: false,
        error: problem.message,
        code: problem.code,
      } satisfies ErrorAnswer;
    }
  };
}

/** Only who names HTML, as browsers do for what is opened in them. A target that is no path has no relative way to anything. */
const wantsPage = (ctx: Context) =>
  ctx.url.startsWith('/') &&
  ctx.get('Accept').includes('text/html') &&
  ctx.accepts('json', 'html') === 'html';

/** Small ones have arrived with the head: their connections are kept. */
const smallBody = 16_384;

function hasUnreadBody({ complete, headers }: IncomingMessage): boolean {
  const length = Number(headers['content-length'] ?? 0);
  return !complete && (headers['transfer-encoding'] !== undefined || length > smallBody);
}

const codes: Readonly<Record<number, string>> = {
  400: 'bad_request',
  404: 'not_found',
  405: 'method_not_allowed',
  408: 'timeout',
  413: 'too_large',
  415: 'unsupported_media_type',
};

/** Any thrown value as a Problem. Of a foreign error only the status is sent, and only a 4xx. */
function problemOf(error: unknown): Problem {
  if (error instanceof Problem) return error;
  if (error instanceof z.ZodError) return inputProblem(error);
  const { status, limit } = (error ?? {}) as { status?: unknown; limit?: unknown };
  if (status === 413 && typeof limit === 'number')
    return new Problem(413, 'too_large', `the body has more than ${limit} bytes`);
  if (typeof status === 'number' && status >= 400 && status < 500) {
    const code = codes[status] ?? 'bad_request';
    return new Problem(status, code, code.replaceAll('_', ' '));
  }
  if (isDatabaseAway(error))
    return new Problem(503, 'store_away', 'the database is away', { 'Retry-After': '2' });
  return new Problem(500, 'internal', 'an internal error; the server has logged it');
}

import { bodyParser } from '@koa/bodyparser';
import { Router } from '@koa/router';
import type { Context } from 'koa';
import { isLoopback } from './address.ts';
import { clientAddress } from './client-address.ts';
import type { KeyCheck } from './key-check.ts';
import { loginPage, loginStyle } from './login-page.ts';
import type { OneTimeTokens } from './one-time-tokens.ts';
import { refuseForeignPage } from './privileged.ts';
import { Problem } from '../problem.ts';
import type { Sessions } from './sessions.ts';

export interface AdminLoginOptions {
  readonly sessions: Sessions;
  readonly keys: KeyCheck;
  readonly tokens: Pick<OneTimeTokens, 'use'>;
  readonly trustProxy: number;
}

const cookie = 'anso_session';

/** Does the request carry a live session of ours? */
export const hasSession = (sessions: Sessions) => (ctx: Context) => sessions.has(ctx.cookies.get(cookie));

/**
 * The two ways in that a browser has: a form that takes an API key, and a link with a one-time token. Each gives a session cookie for
 * `/admin`. The form is the only one of the service, taken from our own page alone.
 */
export function adminLogin({ sessions, keys, tokens, trustProxy }: AdminLoginOptions): Router {
  const router = new Router();

  router.get('/admin/login', (ctx) => {
    const { token } = ctx.query;
    if (typeof token !== 'string') {
      refuseForeignPage(ctx);
      return show(ctx, sessions.has(ctx.cookies.get(cookie)), '');
    }
    const isIn = orShow(ctx, () => {
      refuseForeignPage(ctx);
      refuseLookAhead(ctx);
      keys.prove(ctx.req, () => tokens.use(token), stale);
    });
    // Relative, so that it holds under a proxy's prefix too.
    if (isIn) logIn(ctx, '../');
  });

  router.get('/admin/login.css', (ctx) => {
    ctx.type = 'css';
    ctx.body = loginStyle;
  });

  router.post(
    '/admin/login',
    async (ctx, next) => {
      const mayTry = orShow(ctx, () => {
        refuseForeignPage(ctx);
        keys.refuseGuesser(ctx.req);
      });
      if (!mayTry) return;
      if (ctx.is('application/x-www-form-urlencoded') === false) {
        throw new Problem(415, 'unsupported_media_type', 'the login takes its own form');
      }
      await next();
    },
    bodyParser({ enableTypes: ['form'], formLimit: '4kb' }),
    (ctx) => {
      const { key } = ctx.request.body as { key?: unknown };
      const presented = typeof key === 'string' ? key.trim() : '';
      if (orShow(ctx, () => keys.check(ctx.req, presented))) logIn(ctx, '/admin/queues');
    },
  );

  router.get('/admin/logout', (ctx) => {
    refuseForeignPage(ctx);
    sessions.close(ctx.cookies.get(cookie));
    setCookie(ctx, '', 0);
    redirect(ctx, '/admin/login');
  });

  function logIn(ctx: Context, to: string): void {
    setCookie(ctx, sessions.open(), sessions.lastsMs);
    redirect(ctx, to);
  }

  function setCookie(ctx: Context, token: string, maxAgeMs: number): void {
    const isTls = trustProxy > 0 && ctx.get('X-Forwarded-Proto').split(',').at(-1)?.trim() === 'https';
    const client = clientAddress(ctx.req, trustProxy);
    // A client on this machine may have come past the proxy, without TLS whatever the header says; one that is no browser would then not
    // send a Secure cookie back.
    const secure = isTls && !(client !== undefined && isLoopback(client)) ? '; Secure' : '';
    ctx.set(
      'Set-Cookie',
      `${cookie}=${token}; Path=/admin; HttpOnly; SameSite=Strict; Max-Age=${Math.round(maxAgeMs / 1000)}${secure}`,
    );
  }

  return router;
}

const stale =
  'this link was used already or is too old; `npm run login` on the server’s machine prints another';

/** Throws for a browser that fetches a link before anybody opened it, which would use it up. */
function refuseLookAhead(ctx: Context): void {
  const purpose = `${ctx.get('Sec-Purpose')} ${ctx.get('Purpose')}`;
  if (ctx.method === 'HEAD' || /prefetch|prerender/i.test(purpose))
    throw new Problem(400, 'bad_request', 'this link works once: open it');
}

/** Runs what may refuse; a refusal becomes the login page with its reason. True where nothing was refused. */
function orShow(ctx: Context, work: () => void): boolean {
  try {
    work();
    return true;
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    for (const [name, value] of Object.entries(error.headers)) ctx.set(name, value);
    ctx.status = error.status;
    show(ctx, false, error.message);
    return false;
  }
}

function show(ctx: Context, isIn: boolean, message: string): void {
  ctx.type = 'html';
  ctx.set('Cache-Control', 'no-store');
  ctx.body = loginPage(isIn, message);
}

function redirect(ctx: Context, to: string): void {
  ctx.set('Cache-Control', 'no-store');
  ctx.status = 303;
  ctx.set('Location', to);
  ctx.body = '';
}

import { bodyParser } from '@koa/bodyparser';
import { Router } from '@koa/router';
import type { Context } from 'koa';
import { clientAddress, isLoopback } from './client-address.ts';
import { refuseForeignPage, type KeyCheck } from './privileged.ts';
import { Problem } from '../problem.ts';
import type { Sessions } from './sessions.ts';

export interface AdminLoginOptions {
  readonly sessions: Sessions;
  readonly keys: KeyCheck;
  readonly trustProxy: number;
}

const cookie = 'anso_session';

/** Does the request carry a live session of ours? */
export const hasSession = (sessions: Sessions) => (ctx: Context) => sessions.has(ctx.cookies.get(cookie));

/**
 * The login that a browser can do: a form takes an API key and gives a session cookie for `/admin`. The only form post
 * of the service, taken from our own page alone.
 */
export function adminLogin({ sessions, keys, trustProxy }: AdminLoginOptions): Router {
  const router = new Router();

  router.get('/admin/login', (ctx) => {
    refuseForeignPage(ctx);
    show(ctx, sessions.has(ctx.cookies.get(cookie)), '');
  });

  router.get('/admin/login.css', (ctx) => {
    ctx.type = 'css';
    ctx.body = style;
  });

  router.post(
    '/admin/login',
    async (ctx, next) => {
      refuseForeignPage(ctx);
      if (ctx.is('application/x-www-form-urlencoded') === false) {
        throw new Problem(415, 'unsupported_media_type', 'the login takes its own form');
      }
      await next();
    },
    bodyParser({ enableTypes: ['form'], formLimit: '4kb' }),
    async (ctx) => {
      const { key } = ctx.request.body as { key?: unknown };
      try {
        await keys.check(ctx, typeof key === 'string' ? key.trim() : '');
      } catch (error) {
        if (!(error instanceof Problem)) throw error;
        for (const [name, value] of Object.entries(error.headers)) ctx.set(name, value);
        ctx.status = error.status;
        return show(ctx, false, error.message);
      }
      setCookie(ctx, sessions.open(), sessions.lastsMs);
      ctx.status = 303;
      ctx.set('Location', '/admin/queues');
      ctx.body = '';
    },
  );

  router.get('/admin/logout', (ctx) => {
    refuseForeignPage(ctx);
    sessions.close(ctx.cookies.get(cookie));
    setCookie(ctx, '', 0);
    ctx.status = 303;
    ctx.set('Location', '/admin/login');
    ctx.body = '';
  });

  function setCookie(ctx: Context, token: string, maxAgeMs: number): void {
    const isTls = trustProxy > 0 && ctx.get('X-Forwarded-Proto').split(',').at(-1)?.trim() === 'https';
    // On loopback a browser takes Secure cookies without TLS, other clients do not.
    const secure = isTls && !isLoopback(clientAddress(ctx.req, trustProxy)) ? '; Secure' : '';
    ctx.set(
      'Set-Cookie',
      `${cookie}=${token}; Path=/admin; HttpOnly; SameSite=Strict; Max-Age=${Math.round(maxAgeMs / 1000)}${secure}`,
    );
  }

  return router;
}

function show(ctx: Context, isIn: boolean, message: string): void {
  ctx.type = 'html';
  ctx.set('Cache-Control', 'no-store');
  ctx.body = page(isIn, message);
}

/** `message` is one of ours and holds nothing of the request. */
function page(isIn: boolean, message: string): string {
  const form = isIn
    ? '<p>You are logged in. <a href="/admin/queues">Queues</a> · <a href="/admin/logout">Log out</a></p>'
    : `<form method="post" action="/admin/login">
<label for="key">API key</label>
<input hidden type="text" name="username" value="operator" autocomplete="username">
<input id="key" name="key" type="password" autocomplete="current-password" required autofocus>
<button>Log in</button>
${message === '' ? '' : `<p role="alert">${message}</p>`}
</form>`;
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>Anso Vision: log in</title><link rel="icon" href="/docs/favicon-32x32.png"><link rel="stylesheet" href="/admin/login.css"></head>
<body><main><h1>Anso Vision</h1>${form}</main></body></html>`;
}

const style = `:root { color-scheme: light dark; font: 16px/1.5 system-ui, sans-serif }
main { max-width: 22rem; margin: 15vh auto; padding: 0 1rem }
label, input, button { display: block; width: 100%; box-sizing: border-box; margin: .5rem 0; font: inherit }
input, button { padding: .5rem }
`;

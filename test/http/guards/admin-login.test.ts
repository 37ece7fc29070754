import { afterEach, describe, expect, it } from 'vitest';
import { keyCheck } from '../../../http/guards/key-check.ts';
import { ask as request, type Answer } from '../../support/hostile/raw-http.ts';
import { type DepsOver, httpDeps, posted, serve } from '../harness.ts';

let stops: (() => Promise<void>)[] = [];
afterEach(async () => {
  await Promise.all(stops.map((stop) => stop()));
  stops = [];
});

const key = 'canary-key-0123456789';
const json = { 'content-type': 'application/json' };
const form = { 'content-type': 'application/x-www-form-urlencoded' };
const html = { accept: 'text/html' };
const complete = JSON.stringify({ symbol: 'BTCUSD', timeframe: '1h', candles: posted(250) });

const start = async (http: DepsOver['http'] = {}) => {
  // No minute passes, however long a busy machine takes.
  const keys = keyCheck({ apiKeys: [key], trustProxy: http.trustProxy ?? 0, now: () => 0 });
  const deps = httpDeps({
    http,
    keys,
    queueBoard: (ctx) => void (ctx.body = `board ${ctx.method}`),
  });
  const server = await serve(deps);
  stops.push(server.stop);
  const ask = (method: string, path: string, headers: Record<string, string> = {}, body?: string) =>
    request(server.port, method, path, headers, body);
  const own = `http://127.0.0.1:${server.port}`;
  return {
    ask,
    own,
    tokens: deps.tokens,
    /** Sends the form as a browser does. */
    logIn: (presented = key, headers: Record<string, string> = {}) =>
      ask(
        'POST',
        '/admin/login',
        { ...form, origin: own, ...headers },
        `key=${encodeURIComponent(presented)}`,
      ),
    open: (token: string, headers: Record<string, string> = {}) =>
      ask('GET', `/admin/login?token=${token}`, { 'sec-fetch-site': 'none', ...headers }),
  };
};

const sessionCookie = /^anso_session=[\w-]{43}; HttpOnly; SameSite=Strict; Max-Age=43200$/;
const cookieOf = ({ headers }: Answer) => headers['set-cookie']?.[0]?.split(';')[0] ?? '';

describe('the login', () => {
  it('is what a browser is shown, takes the key, and lets in until the logout', async () => {
    const { ask, own, logIn } = await start();
    const shown = await ask('GET', '/admin/queues', html);
    expect([shown.status, shown.headers.location]).toEqual([302, '../admin/login']);
    const page = await ask('GET', '/admin/login');
    expect([page.status, page.headers['content-type']]).toEqual([200, 'text/html; charset=utf-8']);
    expect(page.text).toContain('<form method="post" action="../admin/login">');
    expect(page.text).not.toContain('role="alert"');

    const done = await logIn();
    expect([done.status, done.headers.location, done.text]).toEqual([303, '../admin/queues', '']);
    expect(done.headers['set-cookie']).toHaveLength(1);
    expect(done.headers['set-cookie']![0]).toMatch(sessionCookie);
    const cookie = cookieOf(done);
    const inside = await ask('GET', '/admin/queues', { cookie, ...html });
    expect([inside.status, inside.text]).toEqual([200, 'board GET']);
    expect((await ask('GET', '/admin/login', { cookie })).text).toContain('You are logged in');
    expect((await ask('PUT', '/admin/queues/api/x', { cookie, origin: own })).text).toBe('board PUT');

    // A session is for the pages below /admin, from a page of ours, and for JSON.
    const evil = await ask('PUT', '/admin/queues/api/x', { cookie, origin: 'https://evil.example' });
    expect([evil.status, JSON.parse(evil.text).code]).toEqual([403, 'foreign_origin']);
    const another = await ask('PUT', '/admin/queues/api/x', { cookie, 'sec-fetch-site': 'same-site' });
    expect(another.status).toBe(403);
    expect((await ask('PUT', '/admin/queues/api/x', { cookie, ...form }, 'a=b')).status).toBe(415);
    const posting = await ask('POST', '/api/candle-complete', { cookie, ...json }, complete);
    expect([posting.status, JSON.parse(posting.text).code]).toEqual([401, 'key_needed']);
    expect((await ask('POST', '/admin/login-links', { cookie, ...json }, '{}')).status).toBe(401);

    const out = await ask('GET', '/admin/logout', { cookie });
    expect([out.status, out.headers.location]).toEqual([303, '../admin/login']);
    expect(out.headers['set-cookie']?.[0]).toMatch(/^anso_session=; HttpOnly;.* Max-Age=0$/);
    expect((await ask('GET', '/admin/queues', { cookie })).status).toBe(401);
    expect((await ask('GET', '/admin/queues', { cookie, ...html })).headers.location).toBe('../admin/login');
  });

  it('after a wrong key is shown again with the reason, and gives no session', async () => {
    const { ask, logIn } = await start();
    for (const wrong of ['<script>alert(1)</script>', '', key.slice(1), `${key}x`]) {
      const { status, headers, text } = await logIn(wrong);
      expect(status).toBe(401);
      expect(headers['content-type']).toBe('text/html; charset=utf-8');
      expect(headers['cache-control']).toBe('no-store');
      expect(headers['set-cookie']).toBeUndefined();
      expect(text).toContain('<form method="post" action="../admin/login">');
      expect(text).toContain('<p role="alert">this API key is not known</p>');
      expect(text).not.toMatch(/script|canary/);
    }
    const cookie = 'anso_session=x';
    expect((await ask('GET', '/admin/queues', { cookie })).status).toBe(401);
    expect((await ask('GET', '/admin/queues', { cookie: 'anso_session=' })).status).toBe(401);
  });

  it('after too many wrong keys says so on the page, with Retry-After', async () => {
    const { logIn } = await start();
    for (let i = 0; i < 20; i++) expect((await logIn(`guess-${i}`)).status).toBe(401);
    const { status, headers, text } = await logIn();
    expect(status).toBe(429);
    expect(headers['content-type']).toBe('text/html; charset=utf-8');
    expect(headers['retry-after']).toBe('60');
    expect(text).toContain('<p role="alert">too many wrong keys</p>');
    // Before its body is read.
    expect((await logIn('x'.repeat(10_000))).status).toBe(429);
  });

  it('believes what a browser says of itself, whatever a proxy made of Host', async () => {
    const { logIn } = await start();
    const own = { origin: 'https://signals.example:8443', 'sec-fetch-site': 'same-origin' };
    expect((await logIn(key, own)).status).toBe(303);
    const silent = await logIn(key, { origin: own.origin });
    expect([silent.status, silent.text]).toEqual([403, expect.stringContaining('Host $http_host')]);
  });

  it('refuses another page, and other bodies', async () => {
    const { logIn } = await start();
    for (const headers of [
      { origin: 'https://evil.example' },
      { origin: 'null' },
      { 'sec-fetch-site': 'cross-site' },
      { 'sec-fetch-site': 'same-site' },
    ]) {
      const answer = await logIn(key, headers);
      expect(answer.status).toBe(403);
      expect(answer.headers['set-cookie']).toBeUndefined();
      expect(answer.text).toContain('role="alert"');
    }
    expect((await logIn(key, { 'content-type': 'text/plain' })).status).toBe(415);
    expect((await logIn('x'.repeat(10_000))).status).toBe(413);
  });

  it('leads to the one spelling of its address, which the cookie is for', async () => {
    const { ask, open, tokens, logIn } = await start();
    const token = tokens.create();
    for (const [path, to] of [
      ['/admin/login/', '../../admin/login'],
      ['/Admin/LOGIN', '../admin/login'],
      [`/admin/login/?token=${token}`, `../../admin/login?token=${token}`],
      ['/admin/logout/', '../../admin/logout'],
    ] as const) {
      const { status, headers } = await ask('GET', path);
      expect([status, headers.location, headers['set-cookie']], path).toEqual([307, to, undefined]);
    }
    expect((await open(token)).status).toBe(303);
    expect((await logIn()).headers['set-cookie']![0]).not.toMatch(/path/i);
  });

  it('tells a browser on a page, not in JSON, why it is refused', async () => {
    const { ask, own } = await start();
    const page = async (path: string, headers: Record<string, string>) => {
      const answer = await ask('GET', path, {
        accept: 'text/html,application/xhtml+xml,*/*;q=0.8',
        ...headers,
      });
      expect(answer.headers['content-type']).toBe('text/html; charset=utf-8');
      expect(answer.headers['vary']).toMatch(/Accept/);
      return answer;
    };
    const foreign = { 'sec-fetch-site': 'cross-site' };
    expect((await page('/admin/login', foreign)).text).toContain('<small>403 foreign_origin</small>');
    expect((await page('/admin/queues', { 'x-api-key': 'wrong' })).status).toBe(401);
    const behind = await page('/', { host: 'signals.example' });
    expect([behind.status, behind.text]).toEqual([403, expect.stringContaining('set TRUST_PROXY')]);
    const missing = await page('/a/b/c?<script>', {});
    expect([missing.status, missing.text]).toEqual([
      404,
      expect.stringContaining('href="../../admin/login.css"'),
    ]);
    expect((await page('/signals?limit=%22%3Cb%3E', {})).text).not.toContain('<b>');
    // Programs have JSON, also those that take anything.
    for (const accept of ['*/*', 'application/json', 'application/json, text/html', '']) {
      const { headers, text } = await ask('GET', '/admin/login', { accept, ...foreign, origin: own });
      expect([headers['content-type'], JSON.parse(text).code]).toEqual([
        'application/json; charset=utf-8',
        'foreign_origin',
      ]);
    }
  });

  it('marks the cookie Secure behind TLS', async () => {
    const { logIn } = await start({ trustProxy: 1 });
    const cookie = async (proto: string, client = '1.2.3.4') =>
      (await logIn(key, { 'x-forwarded-for': client, 'x-forwarded-proto': proto })).headers[
        'set-cookie'
      ]?.[0];
    expect(await cookie('https')).toMatch(/; Secure$/);
    expect(await cookie('http')).toMatch(sessionCookie);
    expect(await cookie('https', '127.0.0.1')).toMatch(sessionCookie);
    const { logIn: without } = await start();
    expect((await without(key, { 'x-forwarded-proto': 'https' })).headers['set-cookie']?.[0]).toMatch(
      sessionCookie,
    );
  });
});

describe('a link with a one-time token', () => {
  it('logs a browser in once and leads to the page', async () => {
    const { ask, open, tokens } = await start();
    const token = tokens.create();
    const entered = await open(token);
    expect([entered.status, entered.headers.location]).toEqual([303, '../']);
    expect(entered.headers['cache-control']).toBe('no-store');
    expect(entered.headers['set-cookie']![0]).toMatch(sessionCookie);
    expect((await ask('GET', '/admin/queues', { cookie: cookieOf(entered) })).text).toBe('board GET');

    const again = await open(token);
    expect(again.status).toBe(401);
    expect(again.headers['set-cookie']).toBeUndefined();
    expect(again.text).toMatch(/role="alert">this link was used already or is too old/);
    expect(again.text).toContain('<form method="post"');
  });

  it('is used up by no look ahead of a browser, and by no other page', async () => {
    const { ask, open, tokens } = await start();
    const token = tokens.create();
    const path = `/admin/login?token=${token}`;
    expect((await ask('HEAD', path)).headers['set-cookie']).toBeUndefined();
    for (const early of [
      { 'sec-purpose': 'prefetch' },
      { 'sec-purpose': 'prefetch;prerender' },
      { purpose: 'prefetch' },
    ])
      expect((await open(token, early)).status).toBe(400);
    for (const foreign of [
      { 'sec-fetch-site': 'cross-site' },
      { 'sec-fetch-site': 'same-site' },
      { origin: 'https://evil.example' },
    ])
      expect((await open(token, foreign)).status).toBe(403);
    expect((await open(token)).status).toBe(303);
  });

  it('is made for whoever has a key', async () => {
    const { ask, own } = await start();
    const make = (headers: Record<string, string>) => ask('POST', '/admin/login-links', headers);
    expect((await make({})).status).toBe(401);
    expect((await make({ 'x-api-key': key, origin: 'https://evil.example' })).status).toBe(403);
    const { path, expires_in_seconds: seconds } = JSON.parse((await make({ 'x-api-key': key })).text) as {
      path: string;
      expires_in_seconds: number;
    };
    expect(seconds).toBe(600);
    expect(own + path).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/admin\/login\?token=[\w-]{43}$/);
    expect((await ask('GET', path)).status).toBe(303);
  });
});

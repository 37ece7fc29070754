import { execFile } from 'node:child_process';
import { once } from 'node:events';
import type { IncomingMessage } from 'node:http';
import { connect as connectHttp2 } from 'node:http2';
import { request } from 'node:https';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { needs } from '../support/needs.ts';
import { plainShell } from '../support/plain-shell.ts';
import { caddy, filledIn, nginx, type Proxy, shownSettings } from '../support/services/proxies.ts';
import { launch, openPage, type WatchedPage } from './browser.ts';
import { demoServer, type DemoServer } from './demo-server.ts';

const run = promisify(execFile);
const login = join(import.meta.dirname, '../../cli/login.ts');
const key = 'a-key-for-behind-the-proxy';
const patient = { timeout: 60_000 };
const need = needs.chromium.skip ? needs.chromium : needs.proxies;

let server: DemoServer;
let browser: Browser;
let upstream: number;
const opened: WatchedPage[] = [];
const proxies: Proxy[] = [];

beforeAll(async () => {
  if (need.skip) return;
  [server, browser] = await Promise.all([demoServer(key, { TRUST_PROXY: '1' }), launch()]);
  upstream = Number(new URL(server.url).port);
}, 120_000);
afterAll(async () => {
  await browser?.close();
  await Promise.all(proxies.map((proxy) => proxy.dispose()));
  await server?.close();
});
afterEach(async () => {
  const pages = opened.splice(0);
  for (const { page } of pages) await page.context().close();
  const faults = pages.flatMap((watched) => watched.faults);
  if (faults.length > 0) throw new Error(faults.join('\n'));
});

const behind = async (make: (site: string, port: number) => Promise<Proxy>, site: string) => {
  const proxy = await make(site, upstream);
  proxies.push(proxy);
  return proxy;
};
const open = async (url: string): Promise<Page> => {
  const watched = await openPage(browser, url, { ignoreHTTPSErrors: true });
  opened.push(watched);
  return watched.page;
};

interface Answer {
  readonly status: number;
  readonly headers: NodeJS.Dict<string | string[]>;
  readonly text: string;
}

/** Asks over a connection of its own, without a browser's headers. */
async function ask(
  { port, certificate }: Proxy,
  path: string,
  { method = 'GET', headers = {}, body }: { method?: string; headers?: object; body?: string } = {},
): Promise<Answer> {
  const sent = request({
    host: 'localhost',
    family: 4,
    port,
    path,
    method,
    agent: false,
    ca: certificate,
    headers: { ...headers },
  });
  sent.end(body);
  const [response] = (await once(sent, 'response')) as [IncomingMessage];
  let text = '';
  for await (const chunk of response) text += String(chunk);
  return { status: response.statusCode!, headers: response.headers, text };
}

const logInByForm = (proxy: Proxy, prefix: string, presented: string, headers: object) =>
  ask(proxy, `${prefix}admin/login`, {
    method: 'POST',
    headers: { 'content-type': 'application/x-www-form-urlencoded', ...headers },
    body: `key=${presented}`,
  });

const started = new Map<string, Promise<Proxy>>();
/** A proxy as documented, started once. */
const shownProxy = (make: typeof nginx, file: string): Promise<Proxy> => {
  const proxy = started.get(file) ?? shownSettings(`proxy/${file}`).then((site) => behind(make, site));
  started.set(file, proxy);
  return proxy;
};

const shown = [
  ['nginx at its root', nginx, 'nginx.conf', '/'],
  ['Caddy at its root', caddy, 'Caddyfile', '/'],
  ['nginx below a prefix', nginx, 'nginx-sub-path.conf', '/anso/'],
  ['Caddy below a prefix', caddy, 'Caddyfile.sub-path', '/anso/'],
] as const;

describe.each(shown)('behind %s, as documented', need, (_, make, file, prefix) => {
  let proxy: Proxy;
  let base: string;
  beforeAll(async () => {
    proxy = await shownProxy(make, file);
    base = `https://localhost:${proxy.port}${prefix}`;
  });

  it('a browser has the page with live prices', patient, async () => {
    const page = await open(base);
    const price = page.locator('[data-symbol="BTCUSD"] .watch-price');
    await expect.poll(() => price.textContent(), patient).toMatch(/\d/);
    const first = await price.textContent();
    await expect.poll(() => price.textContent(), patient).not.toBe(first);
    const protocol = await page.evaluate(
      () => (performance.getEntriesByType('navigation')[0] as PerformanceNavigationTiming).nextHopProtocol,
    );
    expect(protocol).toBe('h2');
    const [documents, board] = [page.locator('a', { hasText: 'API docs' }), page.locator('.queue a')];
    const target = (link: typeof board) => link.evaluate((element) => (element as HTMLAnchorElement).href);
    expect([await target(documents), await target(board)]).toEqual([`${base}docs`, `${base}admin/queues`]);
  });

  it('a browser logs in to the board, and out', patient, async () => {
    const page = await open(`${base}admin/queues`);
    await page.waitForURL(`${base}admin/login`);
    await page.getByLabel('API key').fill(key);
    await page.getByRole('button', { name: 'Log in' }).click();
    await page.waitForURL(`${base}admin/queues`);
    await page
      .getByRole('link', { name: /community/ })
      .first()
      .click();
    await page.waitForURL(`${base}admin/queues/queue/community**`);
    // An address within the board holds by itself too.
    await page.reload();
    await page
      .getByRole('heading', { name: /community/ })
      .first()
      .waitFor();

    await page.goto(`${base}admin/login`);
    await page.getByRole('link', { name: 'Log out' }).click();
    await page.waitForURL(`${base}admin/login`);
    await page.goto(`${base}admin/queues`);
    expect(page.url()).toBe(`${base}admin/login`);
  });

  it('WebSockets open, with a slash at their end too', async () => {
    for (const path of ['ws', 'ws/', 'ws/signals', 'ws/signals/']) {
      const socket = new WebSocket(`${base.replace('https', 'wss')}${path}`, { ca: proxy.certificate });
      await once(socket, 'open');
      socket.send('{"action":"ping"}');
      const [frame] = (await once(socket, 'message')) as [Buffer];
      expect(JSON.parse(frame.toString())).toMatchObject({ type: 'pong' });
      socket.close();
    }
  });

  it('a login over HTTP/2, which has no Host, is taken by its Origin', async () => {
    const origin = `https://localhost:${proxy.port}`;
    const session = connectHttp2(origin, { ca: proxy.certificate });
    const stream = session.request({
      ':method': 'POST',
      ':path': `${prefix}admin/login`,
      'content-type': 'application/x-www-form-urlencoded',
      origin,
    });
    stream.end(`key=${key}`);
    const [headers] = (await once(stream, 'response')) as [Record<string, unknown>];
    expect([headers[':status'], headers['location']]).toEqual([303, '../admin/queues']);
    session.destroy();
  });

  it('a browser that says nothing of itself but its Origin logs in, and another page does not', async () => {
    const own = await logInByForm(proxy, prefix, key, { origin: `https://localhost:${proxy.port}` });
    expect([own.status, own.headers['location']]).toEqual([303, '../admin/queues']);
    expect(own.headers['set-cookie']).toHaveLength(1);
    for (const foreign of [{ origin: 'https://localhost' }, { origin: 'https://evil.example' }]) {
      const { status, headers } = await logInByForm(proxy, prefix, key, foreign);
      expect([status, headers['set-cookie']]).toEqual([403, undefined]);
    }
  });
});

// At its root both are as without a proxy.
describe.each(shown.slice(2))('behind %s', need, (_, make, file, prefix) => {
  let proxy: Proxy;
  let base: string;
  beforeAll(async () => {
    proxy = await shownProxy(make, file);
    base = `https://localhost:${proxy.port}${prefix}`;
  });

  it('a browser reads the documents, and tries a route', patient, async () => {
    const page = await open(`${base}docs`);
    const symbols = page.locator('.opblock', { has: page.locator('[data-path="/symbols"]') });
    await symbols.locator('.opblock-summary-control').click();
    await symbols.getByRole('button', { name: 'Try it out' }).click();
    await symbols.getByRole('button', { name: 'Execute' }).click();
    const answer = symbols.locator('.live-responses-table');
    await expect.poll(() => answer.textContent(), patient).toContain('BTCUSD');
    expect(await symbols.locator('.request-url').first().textContent()).toContain(`${base}symbols`);
    const asyncApi = await page.locator('.info a', { hasText: 'asyncapi.json' }).getAttribute('href');
    expect((await ask(proxy, new URL(asyncApi!, page.url()).pathname)).status).toBe(200);
  });

  it('a link of `npm run login` leads a browser in, once', patient, async () => {
    const { stdout: link } = await run(process.execPath, [login, '--url', base], {
      cwd: dirname(proxy.certificateFile),
      env: { ...plainShell(), API_KEYS: key, NODE_EXTRA_CA_CERTS: proxy.certificateFile },
    });
    expect(link.startsWith(`${base}admin/login?token=`), link).toBe(true);
    const page = await open(link.trim());
    expect(page.url()).toBe(base);
    await page.goto(`${base}admin/queues`);
    expect(page.url()).toBe(`${base}admin/queues`);
    expect((await ask(proxy, new URL(link).pathname + new URL(link).search)).status).toBe(401);
  });
});

describe('behind nginx, as others set it up', need, () => {
  const prefixes = ['/a/b/', '/ws/', '/admin/', '/docs/', '/admin/queues/', '/x.y-z_0/', '/bare/'];
  let proxy: Proxy;
  let subPath: string;
  const at = (path: string) => `https://localhost:${proxy.port}${path}`;

  beforeAll(async () => {
    subPath = await shownSettings('proxy/nginx-sub-path.conf');
    const location = /^ {2}location \/anso\/ \{.*?^ {2}\}\n/ms.exec(subPath)![0];
    const variant = (prefix: string, ...changes: [string | RegExp, string][]) =>
      filledIn(location, [['/anso/', prefix], ...changes]);
    const locations = [
      ...prefixes.filter((prefix) => prefix !== '/bare/').map((prefix) => variant(prefix)),
      // Its own prefix without a slash, which leaves two behind.
      variant('/bare'),
      variant('/no-port/', ['$http_host', '$host']),
      variant('/no-host/', [/ *proxy_set_header Host .*\n/, '']),
      variant('/with-port/', ['$proxy_add_x_forwarded_for', '$remote_addr:$remote_port']),
      variant('/bracketed/', ['$proxy_add_x_forwarded_for', '"[2001:db8::1%eth0]:$remote_port"']),
      variant('/listed/', ['$proxy_add_x_forwarded_for', '"$remote_port, 203.0.113.9:$remote_port"']),
    ];
    proxy = await behind(
      nginx,
      subPath.replace(location, () => locations.join('\n')),
    );
  });

  it.each(['/a/b/', '/admin/', '/bare/'])(
    'a browser logs in below %s and sees prices',
    patient,
    async (prefix) => {
      const page = await open(at(`${prefix}admin/queues`));
      await page.getByLabel('API key').fill(key);
      await page.getByRole('button', { name: 'Log in' }).click();
      await page.waitForURL(at(`${prefix}admin/queues`));
      await page
        .getByRole('link', { name: /community/ })
        .first()
        .waitFor();
      const [cookie] = await page.context().cookies();
      expect(cookie?.path).toBe(`${prefix}admin`);
      await page.goto(at(prefix));
      const price = page.locator('[data-symbol="BTCUSD"] .watch-price');
      await expect.poll(() => price.textContent(), patient).toMatch(/\d/);
    },
  );

  it.each(prefixes)('all that the pages below %s name is there', async (prefix) => {
    const accept = { headers: { accept: 'text/html,*/*' } };
    const named = new Set<string>();
    for (const path of ['', 'docs', 'docs/', 'admin/login', 'no/such/page']) {
      const { headers, text } = await ask(proxy, prefix + path, accept);
      expect(headers['content-type']).toBe('text/html; charset=utf-8');
      for (const [, name] of text.matchAll(/(?:src|href|action)="([^"]+)"/g)) {
        const { protocol, pathname } = new URL(name!, at(prefix + path));
        if (protocol === 'https:') named.add(pathname);
      }
    }
    expect(named.size).toBeGreaterThan(7);
    for (const path of named) {
      expect(path.startsWith(prefix), path).toBe(true);
      expect((await ask(proxy, path, accept)).status, path).toBe(200);
    }
  });

  it('an escaped slash in a path is nginx’s to keep: a symbol is written without', async () => {
    expect((await ask(proxy, '/a/b/candles/BTCUSD?interval=1min')).status).toBe(200);
    expect((await ask(proxy, '/a/b/candles/BTC%2FUSD?interval=1min')).status).toBe(404);
  });

  it('the prefix alone, without its slash, leads to the page', async () => {
    const { status, headers } = await ask(proxy, '/a/b');
    expect([status, headers['location']]).toEqual([301, at('/a/b/')]);
  });

  it.each(['/no-port/', '/no-host/'])(
    'a browser logs in where Host says less: %s',
    patient,
    async (prefix) => {
      const page = await open(at(`${prefix}admin/login`));
      await page.getByLabel('API key').fill(key);
      await page.getByRole('button', { name: 'Log in' }).click();
      await page.waitForURL(at(`${prefix}admin/queues`));
    },
  );

  it('an old one is told on a page what to set', async () => {
    const headers = { origin: `https://localhost:${proxy.port}`, accept: 'text/html' };
    const refused = await logInByForm(proxy, '/no-port/', key, headers);
    expect([refused.status, refused.headers['content-type']]).toEqual([403, 'text/html; charset=utf-8']);
    expect(refused.text).toContain('proxy_set_header Host $http_host');
    expect((await logInByForm(proxy, '/with-port/', key, headers)).status).toBe(303);
  });

  it.each(['/with-port/', '/bracketed/', '/listed/'])(
    'wrong keys are counted by address, not by port: %s',
    async (prefix) => {
      const statusWith = async (presented: string) =>
        (await ask(proxy, `${prefix}admin/queues`, { headers: { 'x-api-key': presented } })).status;
      expect(await statusWith(key)).toBe(200);
      for (let i = 0; i < 20; i++) expect([401, 429]).toContain(await statusWith(`guess-${i}`));
      // Each of them came from another port.
      expect(await statusWith(key)).toBe(429);
    },
  );
});

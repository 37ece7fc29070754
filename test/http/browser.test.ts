import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { launch, openPage } from '../e2e/browser.ts';
import { httpDeps, serve, serveFeeds, type TestServer } from './harness.ts';
import { needs } from '../support/needs.ts';

const key = 'canary-key-0123456789';

describe('in a browser', needs.chromium, () => {
  let browser: Browser;
  let server: TestServer;
  beforeAll(async () => {
    browser = await launch();
    server = await serve(
      httpDeps({
        http: { apiKeys: [key] },
        queueBoard: (ctx) => {
          ctx.type = 'html';
          ctx.body =
            '<!doctype html><title>board</title><link rel="icon" href="data:,"><p id="board">board</p>';
        },
      }),
    );
  });
  afterAll(async () => {
    await browser.close();
    await server.stop();
  });

  it('the API page tries a request, and asks nothing of other hosts', async () => {
    const { page, faults } = await openPage(browser, `${server.url}/docs`);
    await page.locator('.opblock').first().waitFor();
    await page.locator('#operations-market-getSymbols').click();
    await page.locator('.try-out__btn').click();
    await page.locator('.execute').click();
    const answer = page.locator('.live-responses-table tbody .response-col_status');
    await answer.waitFor();
    expect(await answer.textContent()).toContain('200');
    expect(faults).toEqual([]);
    await page.context().close();
  });

  it('an operator logs in to the queues, and out', async () => {
    const { page, faults } = await openPage(browser, `${server.url}/admin/queues`);
    expect(page.url()).toBe(`${server.url}/admin/login`);
    await page.fill('#key', key);
    await page.click('button');
    await page.locator('#board').waitFor();
    expect(page.url()).toBe(`${server.url}/admin/queues`);
    await page.goto(`${server.url}/admin/login`);
    await page.click('text=Log out');
    await page.goto(`${server.url}/admin/queues`);
    expect(page.url()).toBe(`${server.url}/admin/login`);
    expect(faults).toEqual([]);
    await page.context().close();
  });
});

describe('a browser whose DNS leads a foreign name to this machine', needs.chromium, () => {
  const names = ['rebound.example', '127.rebound.example', 'localhost.rebound.example', '127.0.0.1.nip.io'];
  const board = (ctx: { body: unknown }) => void (ctx.body = 'board');

  it('gets 403 for all it asks, page, REST and WebSocket, and no session', async () => {
    const server = await serveFeeds({ deps: { http: { apiKeys: [key] }, queueBoard: board } });
    const browser = await launch(
      `--host-resolver-rules=${names.map((name) => `MAP ${name} 127.0.0.1`).join(',')}`,
    );
    try {
      const page = await (await browser.newContext()).newPage();
      for (const name of names) {
        const base = `http://${name}:${server.port}`;
        for (const path of [
          '/',
          '/admin/login',
          `/admin/login?token=${server.tokens.create()}`,
          '/admin/queues',
        ]) {
          const answer = await page.goto(base + path);
          expect([answer?.status(), await answer?.text()], base + path).toEqual([
            403,
            expect.stringContaining('foreign_host'),
          ]);
        }
        // The page is of the same origin as the server now, as far as the browser knows: it may send what it likes.
        const statuses = await page.evaluate(async (apiKey) => {
          const sent: [string, RequestInit][] = [
            ['/symbols', {}],
            ['/admin/queues', {}],
            ['/admin/queues', { headers: { 'X-API-Key': apiKey } }],
            [
              '/admin/queues',
              {
                headers: {
                  'X-API-Key': apiKey,
                  'X-Forwarded-For': '127.0.0.1',
                  'X-Forwarded-Host': 'localhost',
                },
              },
            ],
            [
              '/api/candle-complete',
              { method: 'POST', headers: { 'Content-Type': 'application/json' }, body: '{"candles":[]}' },
            ],
            ['/admin/login', { method: 'POST', body: new URLSearchParams({ key: apiKey }) }],
          ];
          const answers = await Promise.all(sent.map(([path, init]) => fetch(path, init)));
          return answers.map(({ status }) => status);
        }, key);
        expect(statuses, base).toEqual(statuses.map(() => 403));
        const opened = await page.evaluate(
          (url) =>
            new Promise<string>((done) => {
              const socket = new WebSocket(url);
              socket.addEventListener('open', () => done('open'));
              socket.addEventListener('error', () => done('refused'));
            }),
          `${base.replace('http', 'ws')}/ws`,
        );
        expect(opened, base).toBe('refused');
        expect(await page.context().cookies()).toEqual([]);
      }
      expect(server.upgrade.sizes().connections).toBe(0);
      // The same browser is served under the machine's own name.
      const own = await page.goto(`http://localhost:${server.port}/symbols`);
      expect(own?.status()).toBe(200);
    } finally {
      await browser.close();
      await server.stop();
    }
  });
});

describe('the link that a start prints', needs.chromium, () => {
  it('opens the page and the queues, once', async () => {
    const server = await serveFeeds({
      deps: {
        http: { apiKeys: [key] },
        queueBoard: (ctx) => {
          ctx.type = 'html';
          ctx.body =
            '<!doctype html><title>board</title><link rel="icon" href="data:,"><p id="board">board</p>';
        },
      },
    });
    const browser = await launch();
    try {
      const base = `http://127.0.0.1:${server.port}`;
      const link = `${base}/admin/login?token=${server.tokens.create()}`;
      const { page } = await openPage(browser, link);
      expect(page.url()).toBe(`${base}/`);
      await page.goto(`${base}/admin/queues`);
      await page.locator('#board').waitFor();

      const another = await openPage(browser, link);
      await another.page.getByRole('alert').getByText('was used already').waitFor();
      await another.page.goto(`${base}/admin/queues`);
      expect(another.page.url()).toBe(`${base}/admin/login`);
      // The name for password managers is there, and is not shown.
      expect(await another.page.locator('input[name=username]').isVisible()).toBe(false);
      await another.page.fill('#key', 'a-wrong-key-entirely');
      await another.page.click('button');
      await another.page.getByRole('alert').getByText('this API key is not known').waitFor();
    } finally {
      await browser.close();
      await server.stop();
    }
  });
});

import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { launch, openPage } from '../e2e/browser.ts';
import { httpDeps, serve, type TestServer } from './harness.ts';
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
  }, 60_000);

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
  }, 60_000);
});

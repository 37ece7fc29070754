import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { Browser, Page } from 'playwright-core';
import type { z } from 'zod';
import { createClient } from '../../client/create-client.ts';
import type { SymbolsAnswer } from '../../schema/rest.ts';
import { violations } from './axe.ts';
import { launch, openPage, type WatchedPage } from './browser.ts';
import { demoServer, type DemoServer } from './demo-server.ts';
import { postCandles } from './post-candles.ts';
import { needs } from '../support/needs.ts';

const key = 'a-key-for-the-dashboard';
const patient = { timeout: 60_000 };

describe('the page on the demo server', needs.chromium, () => {
  let server: DemoServer;
  let browser: Browser;
  let opened: WatchedPage | undefined;
  /** The candles posted so far close at this time or before, Unix ms. */
  let closeTime = 0;

  const open = async (path = '/'): Promise<Page> => {
    opened = await openPage(browser, server.url + path);
    return opened.page;
  };
  const watchedByServer = async (): Promise<readonly string[]> => {
    const { symbols } = (await (await fetch(`${server.url}/symbols`)).json()) as z.infer<
      typeof SymbolsAnswer
    >;
    return symbols.map(({ symbol }) => symbol);
  };
  /** Posts candles until a signal comes of them. What the simulator's own minutes led to may stand in the way of one side. */
  const issue = async (symbol: string) => {
    const response = await fetch(`${server.url}/symbols`);
    const { symbols } = (await response.json()) as z.infer<typeof SymbolsAnswer>;
    const price = symbols.find((watched) => watched.symbol === symbol)!.last!.price;
    for (const direction of ['BUY', 'SELL'] as const) {
      // Later than every close that was decided, and not in the future: between two closes of the live feed any second will do.
      closeTime = Math.max(closeTime + 1_000, Math.floor(Date.now() / 1_000) * 1_000);
      const id = await postCandles(server.url, key, { symbol, direction, price, closeTime });
      if (id !== null) return { id, title: `${direction} ${symbol} 5min` };
    }
    throw new Error(`neither BUY nor SELL of ${symbol} was issued`);
  };
  /** Of the first of the symbols that is not withheld: one whose direction the simulator's minutes have just changed is. */
  const issueAny = async <T>(made: (symbol: string) => Promise<T>): Promise<T> =>
    made('XAUUSD').catch(() => made('BTCUSD').catch(() => made('EURUSD')));

  beforeAll(async () => {
    [server, browser] = await Promise.all([demoServer(key), launch()]);
  });
  afterAll(async () => {
    await browser?.close();
    await server?.close();
  });
  afterEach(async () => {
    await opened?.page.context().close();
    const faults = opened?.faults ?? [];
    opened = undefined;
    if (faults.length > 0) throw new Error(faults.join('\n'));
  });

  it('shows prices that move', async () => {
    const page = await open();
    const price = page.locator('[data-symbol="BTCUSD"] .watch-price');
    await expect.poll(() => price.textContent(), patient).toMatch(/\d/);
    const first = await price.textContent();
    await expect.poll(() => price.textContent(), patient).not.toBe(first);
    await page.locator('.banner-demo').waitFor();
    await expect
      .poll(() => page.locator('.price-chart').getAttribute('aria-label'), patient)
      .toMatch(/2[45]\d candles/);
  });

  it(
    'finds a symbol of the provider by keyboard, shows its chart, and keeps the list as it was arranged',
    { timeout: 120_000 },
    async () => {
      const page = await open();
      page.setDefaultTimeout(15_000);
      const box = page.getByRole('combobox', { name: 'Search for a symbol to show' });
      await box.fill('zzz nothing');
      await page.getByText('Nothing is listed under').waitFor();
      await box.fill('solana');
      const options = page.locator('.symbol-found-row');
      await expect.poll(() => options.count()).toBe(1);
      expect(await violations(page)).toEqual([]);
      await box.press('Escape');
      expect(await box.inputValue()).toBe('');
      await box.fill('dollar');
      await expect.poll(() => options.count()).toBeGreaterThan(3);
      await box.press('ArrowUp');
      expect(await options.last().getAttribute('aria-selected')).toBe('true');
      await box.press('ArrowDown');
      expect(await options.first().getAttribute('aria-selected')).toBe('true');
      await box.fill('solana');
      await expect.poll(() => options.allTextContents()).toEqual([expect.stringContaining('SOL/USD')]);
      await box.press('Enter');
      const chart = page.locator('.price-chart');
      await expect.poll(() => chart.getAttribute('aria-label'), patient).toMatch(/SOLUSD.*[12]\d\d candles/);
      // It has prices and candles alone.
      const { symbols } = (await (await fetch(`${server.url}/symbols`)).json()) as z.infer<
        typeof SymbolsAnswer
      >;
      expect(symbols.find(({ symbol }) => symbol === 'SOLUSD')).toMatchObject({
        analysed: false,
        pinned: false,
      });

      const arrange = page.getByRole('button', { name: /^(?:Arrange|Done arranging) the list$/ });
      await arrange.click();
      await page.getByLabel('Name of a new group').fill('Metals');
      await page.getByRole('button', { name: 'Add group' }).click();
      await page.getByLabel('Group of XAUUSD').selectOption('Metals');
      const handle = (symbol: string) => page.locator(`.arrange-row[data-symbol="${symbol}"] .handle`);
      await handle('SOLUSD').focus();
      await page.keyboard.press('ArrowUp');
      await page.getByText('SOLUSD is 2 of 3').waitFor({ state: 'attached' });
      await expect.poll(() => handle('SOLUSD').evaluate((one) => one === document.activeElement)).toBe(true);
      const [from, to] = [await handle('EURUSD').boundingBox(), await handle('BTCUSD').boundingBox()];
      await page.mouse.move(from!.x + 8, from!.y + 8);
      await page.mouse.down();
      await page.mouse.move(to!.x + 30, to!.y + 4, { steps: 6 });
      await page.mouse.up();
      await page.getByRole('button', { name: 'Hide BTCUSD' }).click();
      expect(await violations(page)).toEqual([]);
      await arrange.click();
      const shown = () =>
        page
          .locator('.watch-row')
          .evaluateAll((rows) => rows.map((row) => (row as HTMLElement).dataset['symbol']));
      await expect.poll(shown).toEqual(['EURUSD', 'SOLUSD', 'XAUUSD']);
      await page.getByRole('heading', { name: 'Metals' }).waitFor();

      await page.reload();
      await expect.poll(shown, patient).toEqual(['EURUSD', 'SOLUSD', 'XAUUSD']);
      await expect
        .poll(() => page.locator('[data-symbol="SOLUSD"] .watch-price').textContent(), patient)
        .toMatch(/\d/);
      // Another visitor's list is its own.
      const other = await openPage(browser, server.url);
      await expect.poll(() => other.page.locator('.watch-row').count(), patient).toBe(3);
      expect(await other.page.locator('[data-symbol="SOLUSD"]').count()).toBe(0);
      await other.page.context().close();

      await arrange.click();
      await page.getByRole('button', { name: 'Remove SOLUSD' }).click();
      await arrange.click();
      await expect.poll(shown).toEqual(['EURUSD', 'XAUUSD']);
    },
  );

  it(
    'brings a signal with toast and marker, tells how its post failed, and how the operator sent it again',
    { timeout: 60_000 },
    async () => {
      server.platform.status = 422;
      const page = await open();
      await page.locator('[data-symbol="EURUSD"] .watch-open').click();
      await page.getByRole('radio', { name: '5min' }).check();
      const chart = page.locator('.price-chart');
      await expect
        .poll(() => chart.getAttribute('aria-label'), patient)
        .toMatch(/EURUSD 5min.*2[45]\d candles/);
      const marked = Number(/(\d+) signals/.exec((await chart.getAttribute('aria-label')) ?? '')?.[1]);
      const { id, title } = await issue('EURUSD');
      await page.locator('.toast', { hasText: title }).waitFor();
      await expect.poll(() => chart.getAttribute('aria-label')).toContain(`${marked + 1} signals`);
      await expect.poll(() => page.locator('.queue').textContent(), patient).toContain('being rebuilt');
      await page.locator(`[data-id="${id}"] button`).click();
      await expect.poll(() => page.locator('.details').textContent()).toContain('Failed');

      server.platform.status = 200;
      await page.getByRole('link', { name: 'Open dashboard' }).click();
      await page.getByLabel('API key').fill(key);
      await page.getByRole('button', { name: 'Log in' }).click();
      await page.waitForURL('**/admin/queues');
      await page.goto(`${server.url}/admin/queues/queue/community?status=failed`);
      await page.getByText(`${id}-community`).waitFor();
      await page.getByRole('button', { name: 'Retry all' }).click();
      await page.getByRole('button', { name: 'Confirm' }).click();
      await page.goto(server.url);
      await page.locator(`[data-id="${id}"] button`).click();
      await expect
        .poll(async () => {
          await page.getByRole('button', { name: 'All signals' }).click();
          await page.locator(`[data-id="${id}"] button`).click();
          return page.locator('.deliveries').textContent();
        }, patient)
        .toContain('Delivered');
    },
  );

  it('writes the outcome onto a signal that another ends', async () => {
    const page = await open();
    await page.locator('.watch-row .price').first().waitFor();
    const { id } = await issueAny(async (symbol) => {
      const one = await issue(symbol);
      await page.locator(`.signal-row[data-id="${one.id}"]`, { hasText: 'Open' }).waitFor();
      await issue(symbol);
      return one;
    });
    await page
      .locator(`.signal-row[data-id="${id}"]`, { hasText: /Reversed|Take profit|Stop loss/ })
      .waitFor();
    await page
      .locator('.toast', { hasText: /reversed|take profit|stop loss/ })
      .first()
      .waitFor();
    await expect.poll(() => page.locator('.results').textContent(), patient).toMatch(/[1-9]\d* resolved/);
  });

  it(
    'heals after a restart of the server, without a reload, and misses no signal',
    { timeout: 300_000 },
    async () => {
      // What another visitor has added is gone after the restart, and this page never asks for it.
      const other = createClient({ url: server.url });
      other.prices({ symbols: ['SOLUSD'] }, () => {});
      await expect.poll(watchedByServer, patient).toContain('SOLUSD');
      const page = await open();
      const before = await issueAny(issue);
      await page.locator(`.signal-row[data-id="${before.id}"]`).waitFor();
      const known = await page.locator('.signal-row').count();
      let loads = 0;
      page.on('load', () => (loads += 1));
      other.close();
      await server.stop();
      await page.getByRole('alert').getByText('No connection to the server').waitFor();
      await page.locator('.frozen-word').waitFor();
      await server.start();
      await page.locator('.banner-bad').waitFor({ state: 'detached', timeout: 60_000 });
      const price = page.locator('[data-symbol="BTCUSD"] .watch-price');
      const first = await price.textContent();
      await expect.poll(() => price.textContent(), patient).not.toBe(first);
      const { id } = await issueAny(issue);
      await page.locator(`.signal-row[data-id="${id}"]`).waitFor();
      expect(await page.locator('.signal-row').count()).toBeGreaterThan(known);
      expect(loads).toBe(0);
    },
  );

  it('leads to API docs that try a request', async () => {
    const page = await open();
    await page.getByRole('link', { name: 'API docs' }).click();
    const symbols = page.locator('.opblock', { has: page.locator('[data-path="/symbols"]') });
    await symbols.locator('.opblock-summary-control').click();
    await symbols.getByRole('button', { name: 'Try it out' }).click();
    await symbols.getByRole('button', { name: 'Execute' }).click();
    await expect
      .poll(() => symbols.locator('.live-responses-table').textContent(), patient)
      .toContain('BTCUSD');
  });

  it('has API docs in the colours of the system', async () => {
    const page = await open();
    const ground = () => page.evaluate(() => getComputedStyle(document.documentElement).backgroundColor);
    await page.emulateMedia({ colorScheme: 'dark' });
    await page.getByRole('link', { name: 'API docs' }).click();
    await page.locator('.opblock').first().waitFor();
    expect(await ground()).toBe('rgb(28, 32, 34)');
    await page.emulateMedia({ colorScheme: 'light' });
    await expect.poll(ground).toBe('rgba(0, 0, 0, 0)');
  });

  it('appends a candle as it closes, without a hole', { timeout: 120_000 }, async () => {
    const page = await open();
    await page.getByRole('button', { name: 'Show as table' }).click();
    const rows = page.locator('.table-scroll tbody tr', { hasText: 'closed' });
    await rows.first().waitFor();
    const before = await rows.first().locator('th').textContent();
    await expect
      .poll(() => rows.first().locator('th').textContent(), { timeout: 75_000, interval: 500 })
      .not.toBe(before);
    expect(await rows.nth(1).locator('th').textContent()).toBe(before);
  });
});

import { beforeEach, describe, expect, it } from 'vitest';
import type { Page } from 'playwright-core';
import type { ListedAssignment } from '../../schema/strategies/listed-strategies.ts';
import { needs } from '../support/needs.ts';
import { violations } from './axe.ts';
import { fixtureDecision, fixtureSignal } from './fixture.ts';
import type { FixtureServer } from './fixture-server.ts';
import { usePage } from './use-page.ts';

const names = ['BTCUSD', 'XAUUSD'];
const listed = (over: Partial<ListedAssignment>): ListedAssignment => ({
  id: 'regime',
  strategy: 'regime',
  version: 'v',
  mode: 'live',
  symbols: ['*'],
  timeframes: ['*'],
  params: {},
  channels: ['telegram'],
  state: 'running',
  last_decision: fixtureDecision('XAUUSD', '1h', Date.UTC(2026, 10, 27, 10)),
  open: 0,
  ...over,
});

describe('the page of a server with several rules', needs.chromium, () => {
  const used = usePage(names);
  let server: FixtureServer;
  let page: Page;
  beforeEach(() => {
    server = used.server;
  });

  it('has nothing to say of strategies where there is the built-in rule alone', async () => {
    server.strategies.assignments.push(listed({}));
    page = await used.open({});
    await page.locator('.signal-row').first().waitFor();
    await expect.poll(() => server.asked.includes('/strategies')).toBe(true);
    expect(await page.getByRole('button', { name: 'Strategies' }).count()).toBe(0);
    expect(await page.locator('.owner-mark').count()).toBe(0);
    expect(server.asked.filter((path) => path.includes('mode='))).toEqual([]);
    server.strategies.assignments.length = 0;
  });

  it('lists who decides on what, and draws the signals of a shadow apart', async () => {
    const shadow = {
      ...fixtureSignal('dark1', 'XAUUSD', '5min', Date.now() - 60_000, 'BUY', 2000),
      strategy: 'regime',
      assignment: 'gold-wide',
      mode: 'shadow' as const,
    };
    const others = server.signals.filter(({ symbol }) => symbol !== 'XAUUSD');
    server.signals.splice(0, server.signals.length, ...others, shadow);
    server.strategies.assignments.push(
      listed({}),
      listed({
        id: 'gold-wide',
        mode: 'shadow',
        symbols: ['XAUUSD'],
        channels: [],
        params: { stopMultiple: 0.8 },
        open: 1,
      }),
      listed({
        id: 'broken',
        mode: 'paper',
        channels: [],
        state: 'failed',
        reason: 'it divides by zero',
        last_decision: null,
      }),
    );
    page = await used.open({});
    const row = page.locator('[data-id="dark1"]');
    await expect.poll(() => row.locator('.owner-mark').textContent()).toBe('gold-wide, shadow');
    expect(await row.getAttribute('class')).toContain('is-apart');
    // It is nobody's position: the list of symbols does not say that one is open.
    expect(await page.locator('[data-symbol="XAUUSD"] .open-sides').count()).toBe(0);
    await page.getByLabel('Rule').selectOption('gold-wide');
    expect(await page.locator('.signal-row').count()).toBe(1);
    await row.getByRole('button').click();
    await expect
      .poll(() => page.locator('.details-title .owner-mark').textContent())
      .toBe('gold-wide, shadow');

    await page.getByRole('button', { name: /Strategies/ }).click();
    const dialog = page.getByRole('dialog');
    await expect.poll(() => dialog.locator('.assignment').count()).toBe(3);
    const told = await dialog.locator('.assignment').allTextContents();
    expect(told[0]).toMatch(/^regimeLiverunning.*every symbol, every timeframe, posted to telegram/);
    expect(told[1]).toMatch(
      /gold-wide.*Shadow.*XAUUSD.*with stopMultiple 0\.8.*Last decision: .*XAUUSD 1h.*1 open now/,
    );
    expect(told[2]).toMatch(/broken.*Paper.*failed.*it divides by zero/);
    await expect.poll(() => server.asked.includes('/performance?assignment=gold-wide')).toBe(true);
    await expect
      .poll(async () => (await dialog.locator('.assignment').allTextContents()).join())
      .toMatch(/ended, .*won/);
    expect(await violations(page)).toEqual([]);
    server.strategies.assignments.length = 0;
  });
});

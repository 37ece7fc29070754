import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Browser, Page } from 'playwright-core';
import type { Signal } from '../../schema/signal.ts';
import { asKnownVisitor, launch } from './browser.ts';
import { buildPage, type BuiltPage } from './build-page.ts';
import { fixtureSignal, priceOf } from './fixture.ts';
import { fixtureServer, type FixtureServer } from './fixture-server.ts';
import { needs } from '../support/needs.ts';

interface Heard {
  /** Frequencies of the tones that a running audio context was told to play, Hz. */
  readonly tones: number[];
  readonly notifications: { readonly title: string; readonly body: string | undefined }[];
}

describe('the announcement of a signal', needs.chromium, () => {
  let built: BuiltPage;
  let browser: Browser;
  let server: FixtureServer;
  let page: Page;
  let offset: number;

  const open = async (permissions: string[] = []) => {
    const context = await browser.newContext({ viewport: { width: 1440, height: 900 }, permissions });
    page = await context.newPage();
    await asKnownVisitor(page);
    await page.addInitScript(listen);
    await page.goto(server.url);
    await page.locator('.signal-row').first().waitFor();
  };
  const touch = () => page.locator('#chart-title').click();
  const heard = () => page.evaluate(() => (globalThis as unknown as { heard: Heard }).heard);
  const chooseSystem = async () => {
    await page.getByRole('button', { name: 'Settings' }).click();
    await page.getByLabel('Show a system notification').check();
    await page.keyboard.press('Escape');
  };

  /** Sends a signal and waits until the page has taken it. */
  const issue = async (symbol: string, side: 'BUY' | 'SELL' = 'BUY', change: Partial<Signal> = {}) => {
    offset += 1;
    const closeTime = Math.floor(Date.now() / 60_000) * 60_000;
    const fixed = fixtureSignal(`told-${offset}`, symbol, '1min', closeTime, side, priceOf(symbol));
    const signal = { ...fixed, ...change };
    server.signals.unshift(signal);
    server.sendSignal({
      type: 'signal_update',
      symbol,
      timeframe: '1min',
      signal,
      signal_changed: true,
      timestamp: closeTime,
      epoch: 'fixture',
      offset,
    });
    await page.locator(`[data-id="${signal.id}"]`).waitFor();
  };

  beforeAll(async () => {
    [built, browser] = await Promise.all([buildPage(), launch()]);
  });
  afterAll(async () => {
    await browser?.close();
    await built?.remove();
  });
  beforeEach(async () => {
    offset = 1;
    server = await fixtureServer(built.dist, ['BTCUSD', 'ETHUSD']);
  });
  afterEach(async () => {
    await page?.context().close();
    await server.stop();
  });

  it('sounds two notes, rising for BUY and falling for SELL, once the page was touched', async () => {
    await open();
    await issue('BTCUSD');
    expect((await heard()).tones).toEqual([]);
    await touch();
    await issue('BTCUSD');
    await issue('ETHUSD', 'SELL');
    expect((await heard()).tones).toEqual([523.25, 783.99, 783.99, 523.25]);
  });

  it('is silent for a muted symbol, and where the sound is off', async () => {
    await open();
    await page.getByRole('button', { name: 'Mute notifications of ETHUSD' }).click();
    await issue('ETHUSD');
    expect((await heard()).tones).toEqual([]);
    await issue('BTCUSD');
    expect((await heard()).tones).toHaveLength(2);
    await page.getByRole('button', { name: 'Settings' }).click();
    await page.getByLabel('Play a sound').uncheck();
    await page.keyboard.press('Escape');
    await issue('BTCUSD');
    expect((await heard()).tones).toHaveLength(2);
  });

  it('shows a system notification only after the user agreed on the page, too', async () => {
    await open(['notifications']);
    await issue('BTCUSD');
    expect((await heard()).notifications).toEqual([]);
    await chooseSystem();
    await issue('BTCUSD');
    expect((await heard()).notifications).toEqual([
      {
        title: 'BUY BTCUSD 1min',
        body: expect.stringMatching(
          /^Entry .* TP .* SL .* chance of TP \d+ %, break-even \d+ %, expected [+−]?\d\.\d\d R$/,
        ),
      },
    ]);
  });

  it('shows none for a muted symbol', async () => {
    await open(['notifications']);
    await chooseSystem();
    await page.getByRole('button', { name: 'Mute notifications of ETHUSD' }).click();
    await issue('ETHUSD');
    await issue('BTCUSD', 'SELL');
    expect((await heard()).notifications.map(({ title }) => title)).toEqual(['SELL BTCUSD 1min']);
  });

  it('shows none where the browser refuses, and the settings say so', async () => {
    await open();
    await page.evaluate(() => {
      const kept = { systemNotifications: true };
      localStorage.setItem('anso-vision.settings', JSON.stringify(kept));
    });
    await page.reload();
    await page.locator('.signal-row').first().waitFor();
    await issue('BTCUSD');
    expect((await heard()).notifications).toEqual([]);
    await page.getByRole('button', { name: 'Settings' }).click();
    await page.getByText('System notifications are blocked in this browser.').waitFor();
  });
});

/** Writes down, in the page, what it plays and shows; it is played and shown all the same. */
function listen(): void {
  const heard: Heard = { tones: [], notifications: [] };
  Object.assign(globalThis, { heard });
  const start = Reflect.get(OscillatorNode.prototype, 'start');
  OscillatorNode.prototype.start = function (this: OscillatorNode, when?: number) {
    if (this.context.state === 'running') heard.tones.push(Math.round(this.frequency.value * 100) / 100);
    start.call(this, when);
  };
  globalThis.Notification = class extends Notification {
    constructor(title: string, options?: NotificationOptions) {
      super(title, options);
      heard.notifications.push({ title, body: options?.body });
    }
  };
}

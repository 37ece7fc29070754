import { describe, expect, it } from 'vitest';
import type { Page } from 'playwright-core';
import { usePage } from './use-page.ts';
import { needs } from '../support/needs.ts';

interface Heard {
  /** Frequencies of the tones that a running audio context was told to play, Hz. */
  readonly tones: number[];
  readonly notifications: readonly { title: string; body?: string; icon?: string }[];
}

describe('the announcement of a signal', needs.chromium, () => {
  const used = usePage(['BTCUSD', 'ETHUSD']);
  let page: Page;

  const open = async (permissions: string[] = []) => {
    page = await used.open({ options: { permissions }, prepare: listen });
  };
  const touch = () => page.locator('#chart-title').click();
  const heard = () => page.evaluate(() => (globalThis as unknown as { heard: Heard }).heard);
  const chooseSystem = async () => {
    await page.getByRole('button', { name: 'Settings' }).click();
    await page.getByLabel('Show a system notification').check();
    await page.keyboard.press('Escape');
  };

  /** Sends a signal and waits until the page has taken it. */
  const issue = async (symbol: string, side: 'BUY' | 'SELL' = 'BUY') => {
    const { id } = used.issue(symbol, { signal_type: side });
    await page.locator(`[data-id="${id}"]`).waitFor();
  };

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
        // Below the page's folder, which a proxy may have moved.
        icon: `${used.server.url}/favicon.svg`,
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
  const heard = { tones: [] as number[], notifications: [] as object[] };
  Object.assign(globalThis, { heard });
  const start = Reflect.get(OscillatorNode.prototype, 'start');
  OscillatorNode.prototype.start = function (this: OscillatorNode, when?: number) {
    if (this.context.state === 'running') heard.tones.push(Math.round(this.frequency.value * 100) / 100);
    start.call(this, when);
  };
  globalThis.Notification = class extends Notification {
    constructor(title: string, options?: NotificationOptions) {
      super(title, options);
      heard.notifications.push({ title, body: options?.body, icon: options?.icon });
    }
  };
}

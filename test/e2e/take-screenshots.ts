import { join } from 'node:path';
import type { BrowserContextOptions } from 'playwright-core';
import { benchArguments } from '../../bench/bench-arguments.ts';
import { networkReason } from '../../schema/outside/network-reason.ts';
import { launch, openPage } from './browser.ts';

/*
 * Takes the pictures of docs/screenshots from a running server, the demo's as a rule, once it has a few signals to show:
 * `npm start` in one terminal, `npm run screenshots` in another.
 */
const help = `Usage: npm run screenshots [-- URL]

Takes the pictures of docs/screenshots from the server that runs at URL (http://127.0.0.1:8080).`;
const url = benchArguments(help, {}, 1).positionals[0] ?? 'http://127.0.0.1:8080';
const folder = join(import.meta.dirname, '../../docs/screenshots');
const shapes: Readonly<Record<string, BrowserContextOptions>> = {
  dashboard: { viewport: { width: 1440, height: 900 } },
  'dashboard-phone': { viewport: { width: 390, height: 844 }, deviceScaleFactor: 2, hasTouch: true },
};

await fetch(url, { signal: AbortSignal.timeout(5000) }).catch((error: unknown) => {
  console.error(`${url} does not answer: ${networkReason(error)}; start the server, or name its URL`);
  process.exit(1);
});
const browser = await launch();
for (const [name, shape] of Object.entries(shapes)) {
  for (const colorScheme of ['dark', 'light'] as const) {
    const { page } = await openPage(browser, url, { ...shape, colorScheme });
    await page.locator('.signal-row').first().waitFor({ state: 'attached' });
    // The symbol and timeframe of the newest signal, so that its levels stand in the chart.
    await page.locator('.signal-row button').first().dispatchEvent('click');
    await page.locator('.details .panel-head button').dispatchEvent('click');
    await page.locator('.tab-bar button', { hasText: 'Chart' }).dispatchEvent('click');
    await page.evaluate(() => (document.activeElement as HTMLElement | null)?.blur());
    await page.waitForTimeout(3000);
    await page.screenshot({ path: join(folder, `${name}-${colorScheme}.png`) });
    await page.context().close();
  }
}
await browser.close();

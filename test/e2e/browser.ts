import { chromium, type Browser, type BrowserContextOptions, type Page } from 'playwright-core';

export const chromiumPath = process.env['CHROMIUM'] ?? '/usr/bin/chromium';

export const chromiumArguments = [
  '--headless',
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

export const launch = (...more: readonly string[]): Promise<Browser> =>
  chromium.launch({ executablePath: chromiumPath, args: [...chromiumArguments, ...more] });

export interface WatchedPage {
  readonly page: Page;
  /** Console errors, uncaught errors, policy violations and requests to other hosts; lost connections aside. */
  readonly faults: readonly string[];
}

/** Opens a page, the first minute of a new visitor behind it, and writes down whatever it does that it must not. `prepare` runs in it first. */
export async function openPage(
  browser: Browser,
  url: string,
  options: BrowserContextOptions = {},
  isNewVisitor = false,
  prepare: () => void = () => {},
): Promise<WatchedPage> {
  const context = await browser.newContext({ viewport: { width: 1440, height: 900 }, ...options });
  const page = await context.newPage();
  const faults: string[] = [];
  page.on('console', (message) => {
    const text = message.text();
    // Chromium itself logs each connection that a stopped server refuses.
    if (message.type() !== 'error' || /ERR_CONNECTION|ERR_EMPTY_RESPONSE|ERR_SOCKET|WebSocket/.test(text))
      return;
    faults.push(`console: ${text} (${message.location().url})`);
  });
  page.on('pageerror', (error) => faults.push(`uncaught: ${error.message}`));
  page.on('request', (request) => {
    const { protocol, host } = new URL(request.url());
    if (protocol !== 'data:' && protocol !== 'blob:' && host !== new URL(url).host) {
      faults.push(`external request: ${request.url()}`);
    }
  });
  await page.addInitScript(() => {
    document.addEventListener('securitypolicyviolation', (event) =>
      console.error(`policy violation: ${event.violatedDirective} ${event.blockedURI}`),
    );
  });
  if (!isNewVisitor) await asKnownVisitor(page);
  await page.addInitScript(prepare);
  await page.goto(url);
  return { page, faults };
}

/** The first minute of a new visitor lies behind the page's visitor, unless the browser keeps settings that say otherwise. */
const asKnownVisitor = (page: Page): Promise<unknown> =>
  page.addInitScript(() => {
    const key = 'anso-vision.settings';
    if (localStorage.getItem(key) === null) localStorage.setItem(key, '{"toured":true}');
  });

import { gzipSync } from 'node:zlib';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Browser } from 'playwright-core';
import { launch, openPage } from '../test/e2e/browser.ts';
import { buildPage } from '../test/e2e/build-page.ts';
import { fixtureServer } from '../test/e2e/fixture-server.ts';
import { priceOf, randomOf } from '../test/e2e/fixture.ts';

/*
 * What the page weighs and what it costs: 20 symbols, ten prices a second each, the live candle of the chart at the same
 * pace. The baseline is the same page, connected, without updates. CPU is the sum over all of Chromium's processes.
 */
const seconds = Number(process.argv[2] ?? 30);
const names = (
  'BTCUSD ETHUSD EURUSD XAUUSD GBPUSD USDJPY AUDUSD USDCHF NZDUSD USDCAD ' +
  'SOLUSD XRPUSD ADAUSD LTCUSD LINKUSD AAPL MSFT NVDA TSLA XAGUSD'
).split(' ');

const built = await buildPage();
const server = await fixtureServer(built.dist, names);
const browser = await launch();
try {
  await printWeight(built.dist);
  const { page } = await openPage(browser, server.url);
  await page.locator('.watch-row .price').nth(19).waitFor();
  await page.waitForTimeout(3000);
  const idle = await cpuShare(browser, seconds);
  const stop = startUpdates();
  await page.waitForTimeout(2000);
  const busy = await cpuShare(browser, seconds);
  stop();
  console.log(`CPU of one core over ${seconds} s, all processes of the browser:`);
  console.log(`  no updates          ${percent(idle.all)} (page process ${percent(idle.renderer)})`);
  console.log(`  200 prices a second ${percent(busy.all)} (page process ${percent(busy.renderer)})`);
} finally {
  await browser.close();
  await server.stop();
  await built.remove();
}

async function printWeight(dist: string): Promise<void> {
  const files = await readdir(dist, { recursive: true, withFileTypes: true });
  let plain = 0;
  let packed = 0;
  for (const file of files.filter((entry) => entry.isFile())) {
    const bytes = await readFile(join(file.parentPath, file.name));
    plain += bytes.length;
    packed += gzipSync(bytes).length;
  }
  console.log(`page weight: ${kilobytes(plain)} plain, ${kilobytes(packed)} with gzip`);
}

async function cpuShare(of: Browser, forSeconds: number): Promise<{ all: number; renderer: number }> {
  const session = await of.newBrowserCDPSession();
  const read = async () => (await session.send('SystemInfo.getProcessInfo')).processInfo;
  const before = new Map((await read()).map(({ id, cpuTime }) => [id, cpuTime]));
  const start = performance.now();
  await new Promise((resolve) => setTimeout(resolve, forSeconds * 1000));
  const after = await read();
  const elapsed = (performance.now() - start) / 1000;
  const used = after.map(({ id, type, cpuTime }) => ({
    type,
    share: (cpuTime - (before.get(id) ?? 0)) / elapsed,
  }));
  const sum = (some: typeof used) => some.reduce((total, { share }) => total + share, 0);
  return { all: sum(used), renderer: sum(used.filter(({ type }) => type === 'renderer')) };
}

function startUpdates(): () => void {
  const random = randomOf(3);
  const prices = new Map(names.map((symbol) => [symbol, priceOf(symbol)]));
  const timer = setInterval(() => {
    const now = Date.now();
    for (const [symbol, before] of prices) {
      const price = before * (1 + (random() - 0.5) * 2e-4);
      prices.set(symbol, price);
      server.sendPrice({ type: 'price_update', symbol, price, timestamp: now });
    }
    const close = prices.get('BTCUSD')!;
    const bar = { open: close, high: close * 1.0004, low: close * 0.9996, close, volume: (now / 100) % 300 };
    server.sendPrice({
      type: 'candle',
      symbol: 'BTCUSD',
      timeframe: '1min',
      closed: false,
      candle: { time: Math.floor(now / 60_000) * 60, ...bar, complete: false, source: 'ticks', revision: 0 },
    });
  }, 100);
  return () => clearInterval(timer);
}

function percent(share: number): string {
  return `${(share * 100).toFixed(1)} %`;
}

function kilobytes(bytes: number): string {
  return `${(bytes / 1000).toFixed(1)} kB`;
}

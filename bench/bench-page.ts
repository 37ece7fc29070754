import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import { loadavg } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import Koa from 'koa';
import { webPage } from '../http/documents/web-page.ts';
import { buildPage } from '../test/e2e/build-page.ts';
import { fixtureServer } from '../test/e2e/fixture-server.ts';
import { priceOf, randomOf } from '../test/e2e/fixture.ts';
import { benchArguments } from './bench-arguments.ts';
import { watchBrowser } from './watched-browser.ts';

/*
 * What the page weighs and what it costs: 20 symbols, ten prices a second each, the live candle of the chart at the same
 * pace. The baseline is the same page, connected, without updates. CPU is the sum over all of Chromium's processes.
 */
const help = `Usage: npm run bench:page [-- SECONDS]

What the page weighs and what it costs a browser with 20 symbols at ten prices a second, over SECONDS (30).`;
const seconds = Number(benchArguments(help, {}, 1).positionals[0] ?? 30);
const names = (
  'BTCUSD ETHUSD EURUSD XAUUSD GBPUSD USDJPY AUDUSD USDCHF NZDUSD USDCAD ' +
  'SOLUSD XRPUSD ADAUSD LTCUSD LINKUSD AAPL MSFT NVDA TSLA XAGUSD'
).split(' ');

const built = await buildPage();
const server = await fixtureServer(built.dist, names);
await printWeight(built.dist);
const browser = await watchBrowser(server.url);
try {
  // Subscribed to both feeds, and a few seconds more for the first drawing.
  while (new Set(server.heard.map(({ kind }) => kind)).size < 2) await sleep(100);
  await sleep(4000);
  const idle = await browser.cpuShare(seconds);
  const stop = startUpdates();
  await sleep(2000);
  const busy = await browser.cpuShare(seconds);
  const [load] = loadavg();
  const page = await browser.inspect();
  await page.locator('.watch-row .price').nth(19).waitFor();
  await page.locator('.watch-age', { hasText: 'live' }).nth(19).waitFor();
  stop();
  console.log(`CPU of one core over ${seconds} s, load average ${load!.toFixed(1)}:`);
  console.log(`  no updates          ${percent(idle.all)} (page process ${percent(idle.page)})`);
  console.log(`  200 prices a second ${percent(busy.all)} (page process ${percent(busy.page)})`);
} finally {
  await browser.close();
  await server.stop();
  await built.remove();
}

/** What a browser gets that has never been here: the page and what it names, as the server's own middleware sends it. */
async function printWeight(dist: string): Promise<void> {
  const app = new Koa().use(webPage(dist));
  const http = app.listen(0, '127.0.0.1');
  await once(http, 'listening');
  const base = `http://127.0.0.1:${(http.address() as AddressInfo).port}`;
  const index = await readFile(join(dist, 'index.html'), 'utf8');
  const paths = ['/', ...[...index.matchAll(/(?:src|href)="\.(\/[^"]+)"/g)].map(([, path]) => path!)];
  for (const accepted of ['br', 'gzip', 'identity']) {
    let bytes = 0;
    for (const path of paths) {
      const answer = await fetch(base + path, { headers: { 'accept-encoding': accepted } });
      bytes += Number(answer.headers.get('content-length'));
      await answer.arrayBuffer();
    }
    console.log(`transfer, ${accepted}: ${(bytes / 1000).toFixed(1)} kB in ${paths.length} answers`);
  }
  http.closeAllConnections();
  http.close();
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

import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { needs } from '../support/needs.ts';
import { launch } from './browser.ts';
import { buildPage, type BuiltPage } from './build-page.ts';
import { differenceFrom } from './compare-picture.ts';
import { fixtureSignal, priceOf, watched } from './fixture.ts';
import { fixtureServer, type FixtureServer } from './fixture-server.ts';
import { textFaults } from './measure-text.ts';
import { openStillPage } from './still-page.ts';

/** A Wednesday, so that every market trades. */
const now = Date.UTC(2026, 2, 4, 14, 7, 23);
const few = ['BTCUSD', 'ETHUSD', 'EURUSD', 'XAUUSD'];
const many = Array.from({ length: 40 }, (_, i) => `${few[i % 4]!.slice(0, 3)}${String(i).padStart(3, 'X')}`);
const long =
  'An answer as long as the longest that a receiver may give, with a_name_that_has_no_place_to_break_at_all. ';

/** What the page shows: how many symbols and signals, and how long its texts are. */
const states = {
  usual: { symbols: few, prepare: () => {} },
  empty: { symbols: few.slice(0, 1), prepare: (server) => void server.signals.splice(0) },
  // Prices as long as they come.
  large: { symbols: ['BTCIDR'], prepare: () => {} },
  chosen: { symbols: ['BTCIDR'], prepare: () => {} },
  full: {
    symbols: many,
    prepare: (server) => {
      server.symbols.splice(0, server.symbols.length, ...many.map((symbol) => watched(symbol, now)));
      const sides = ['BUY', 'SELL'] as const;
      const more = Array.from({ length: 500 }, (_, i) => {
        const symbol = many[i % many.length]!;
        const closeTime = now - (now % 60_000) - i * 60_000;
        return fixtureSignal(`full-${i}`, symbol, '1min', closeTime, sides[i % 2]!, priceOf(symbol));
      });
      more[0] = { ...more[0]!, reasoning: long.repeat(3) };
      // The first symbol has an open one each way.
      more[480] = { ...more[480]!, signal_type: 'SELL' };
      server.signals.splice(0, server.signals.length, ...more);
    },
  },
} satisfies Record<string, { symbols: readonly string[]; prepare: (server: FixtureServer) => void }>;
type State = keyof typeof states;

describe('the page', needs.chromium, () => {
  let built: BuiltPage;
  let browser: Browser;
  const servers = {} as Record<State, FixtureServer>;

  beforeAll(async () => {
    vi.useFakeTimers({ toFake: ['Date'], now });
    [built, browser] = await Promise.all([
      buildPage(),
      launch('--font-render-hinting=none', '--disable-lcd-text', '--force-color-profile=srgb'),
    ]);
    for (const [name, { symbols, prepare }] of Object.entries(states)) {
      const server = await fixtureServer(built.dist, symbols);
      prepare(server);
      servers[name as State] = server;
    }
  });
  afterAll(async () => {
    vi.useRealTimers();
    await browser?.close();
    await Promise.all(Object.values(servers).map((server) => server.stop()));
    await built?.remove();
  });

  const show = async (state: State, width: number, colorScheme: 'dark' | 'light'): Promise<Page> => {
    const page = await openStillPage(browser, servers[state].url, now, {
      viewport: { width, height: 900 },
      colorScheme,
      hasTouch: width < 768,
    });
    await page.locator('.watch-row .price').first().waitFor({ state: 'attached' });
    if (state !== 'empty') await page.locator('.signal-row').first().waitFor({ state: 'attached' });
    await page.evaluate(() => document.fonts.ready);
    return page;
  };
  /** Opens a part of the page that stands behind a tab on a phone. */
  const turnTo = (page: Page, tab: string) =>
    page.locator('.tab-bar button', { hasText: tab }).first().dispatchEvent('click');
  /** Opens the details of the newest signal. */
  const choose = async (page: Page) => {
    const row = page.locator('.signal-open').first();
    if (await row.isVisible()) await row.dispatchEvent('click');
    await page.locator('.details').waitFor();
  };

  const shapes: readonly [State, number][] = [
    ['usual', 320],
    ['usual', 768],
    ['usual', 1024],
    ['usual', 1280],
    ['usual', 2560],
    ['empty', 1280],
    ['full', 1440],
  ];
  const taken = (['dark', 'light'] as const).flatMap((theme) =>
    shapes.map(([state, width]) => [state, width, theme] as const),
  );
  it.each(taken)('looks as it was approved: %s, %i px wide, %s', async (state, width, theme) => {
    const page = await show(state, width, theme);
    const differences: (string | undefined)[] = [];
    for (const tab of width < 768 ? ['Chart', 'Signals', 'Results', 'Market'] : ['']) {
      if (tab !== '') await turnTo(page, tab);
      // Two frames in which nothing changes.
      const steady = async () => {
        const first = await page.screenshot();
        return first.equals(await page.screenshot());
      };
      await expect.poll(steady).toBe(true);
      const name = [state, width, theme, tab.toLowerCase()].filter(Boolean).join('-');
      differences.push(await differenceFrom(name, await page.screenshot()));
    }
    await page.context().close();
    expect(differences.filter(Boolean)).toEqual([]);
  });

  it.each(Object.keys(states) as State[])('cuts no text and covers none, at any width: %s', async (state) => {
    const page = await show(state, 1280, 'dark');
    const faults: Record<string, string[]> = {};
    for (const width of [320, 360, 480, 640, 767, 768, 900, 1023, 1024, 1100, 1280, 1440, 1920, 2560]) {
      await page.setViewportSize({ width, height: 900 });
      for (const tab of width < 768 ? ['Chart', 'Signals', 'Results', 'Market'] : ['']) {
        if (tab !== '') await turnTo(page, tab);
        if (state === 'chosen' && ['', 'Signals'].includes(tab)) await choose(page);
        await page.evaluate(
          () => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))),
        );
        const found = await textFaults(page);
        if (found.length > 0) faults[`${width} ${tab}`] = found;
      }
    }
    await page.context().close();
    expect(faults).toEqual({});
  });
});

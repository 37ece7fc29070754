import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach } from 'vitest';
import type { Signal } from '../../schema/signal.ts';
import { launch, openPage, type WatchedPage } from './browser.ts';
import { buildPage, type BuiltPage } from './build-page.ts';
import { fixtureServer, type FixtureServer } from './fixture-server.ts';
import { fixtureSignal, priceOf } from './fixture.ts';
import { until } from '../support/until.ts';

interface Opening {
  /** The query of the address, with its `?`. */
  readonly query?: string;
  readonly options?: BrowserContextOptions;
  readonly isNewVisitor?: boolean;
  /** Runs in the page before its own scripts. */
  readonly prepare?: () => void;
}

/** What a new signal has of its own; else it is a BUY of the last minute at the symbol's price. */
type Change = Partial<Signal> & { readonly signal_type?: 'BUY' | 'SELL' };

export interface UsedPage {
  /** The server of the present test. */
  readonly server: FixtureServer;
  /** Opens the page of the present test, and waits until it shows signals and listens for more. */
  readonly open: (opening?: Opening) => Promise<Page>;
  /** Lists a new signal of a symbol and sends it. */
  readonly issue: (symbol: string, change?: Change) => Signal;
}

/**
 * Builds the page for the tests of a `describe`, and gives each of them a server and a page of its own. A test fails where its page did
 * what it must not; `isExpected` tells of what a test has asked for.
 */
export function usePage(
  symbols: readonly string[],
  isExpected: (fault: string) => boolean = () => false,
): UsedPage {
  let built: BuiltPage | undefined;
  let browser: Browser | undefined;
  let server: FixtureServer | undefined;
  let opened: WatchedPage | undefined;
  let offset = 1;
  const current = () => {
    if (server === undefined) throw new Error('there is a server only while a test runs');
    return server;
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
    server = await fixtureServer(built!.dist, symbols);
  });
  afterEach(async () => {
    const faults = opened?.faults.filter((fault) => !isExpected(fault)) ?? [];
    await opened?.page.context().close();
    opened = undefined;
    await current().stop();
    if (faults.length > 0) throw new Error(faults.join('\n'));
  });

  return {
    get server() {
      return current();
    },
    open: async ({ query = '', options = {}, isNewVisitor = false, prepare } = {}) => {
      const { url, heard } = current();
      opened = await openPage(browser!, `${url}/${query}`, options, isNewVisitor, prepare);
      const { page } = opened;
      await page.locator('.watch-row .price').first().waitFor({ state: 'attached' });
      await page.locator('.signal-row, .details').first().waitFor({ state: 'attached' });
      // What is sent before the page listens is lost.
      await until(() => heard.some(({ kind, action }) => kind === 'signals' && action === 'subscribe'));
      return page;
    },
    issue: (symbol, change = {}) => {
      offset += 1;
      const closeTime = Math.floor(Date.now() / 60_000) * 60_000;
      const side = change.signal_type ?? 'BUY';
      const fixed = fixtureSignal(`new-${offset}`, symbol, '1min', closeTime, side, priceOf(symbol));
      const signal = { ...fixed, ...change };
      current().signals.unshift(signal);
      current().sendSignal({
        type: 'signal_update',
        symbol,
        timeframe: '1min',
        signal,
        signal_changed: true,
        timestamp: closeTime,
        epoch: 'fixture',
        offset,
      });
      return signal;
    },
  };
}

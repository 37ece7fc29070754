import { beforeEach, describe, expect, it } from 'vitest';
import type { BrowserContextOptions, Page } from 'playwright-core';
import { violations } from './axe.ts';
import { fixtureCandles, fixtureSignal, priceOf } from './fixture.ts';
import type { FixtureServer } from './fixture-server.ts';
import { smallTargets } from './small-targets.ts';
import { usePage } from './use-page.ts';
import { needs } from '../support/needs.ts';
import { until } from '../support/until.ts';

const names = ['BTCUSD', 'ETHUSD', 'EURUSD', 'XAUUSD'];
const phone: BrowserContextOptions = { viewport: { width: 390, height: 844 }, hasTouch: true };

describe('the page', needs.chromium, () => {
  const used = usePage(names);
  const { issue } = used;
  let server: FixtureServer;
  let page: Page;

  const open = async (options: BrowserContextOptions = {}, isNewVisitor = false) => {
    page = await used.open({ options, isNewVisitor });
  };
  const price = (symbol: string, value: number) =>
    server.sendPrice({ type: 'price_update', symbol, price: value, timestamp: Date.now() });

  beforeEach(() => {
    server = used.server;
  });

  it('says plainly that the market is simulated, and that the feed lives', async () => {
    await open();
    await expect.poll(() => page.locator('.banner-demo').textContent()).toMatch(/no price.*is real/);
    expect(await page.locator('.feed-state strong').textContent()).toBe('Live');
  });

  it('shows each price as it moves, its change and its age', async () => {
    await open();
    price('EURUSD', 1.09);
    const row = page.locator('[data-symbol="EURUSD"]');
    await expect.poll(() => row.locator('.watch-price').textContent()).toBe('1.09000');
    expect(await row.locator('.tick-up').count()).toBe(1);
    await expect.poll(() => row.locator('.watch-change').textContent()).toMatch(/^\+\d+\.\d\d %$/);
    await expect.poll(() => row.locator('.watch-age').textContent()).toMatch(/^[2-4] s old$/);
  });

  it('draws the live candle and takes its close', async () => {
    await open();
    await page.getByRole('button', { name: 'Show as table' }).click();
    const time = Math.floor(Date.now() / 60_000) * 60;
    const candle = {
      time,
      open: 64_000,
      high: 64_100,
      low: 63_900,
      close: 64_050,
      volume: 7,
      complete: true,
    };
    const frame = { type: 'candle', symbol: 'BTCUSD', timeframe: '1min' } as const;
    const first = page.locator('.table-scroll tbody tr').first();
    server.sendPrice({ ...frame, closed: false, candle: { ...candle, source: 'ticks', revision: 0 } });
    await expect.poll(() => first.textContent()).toMatch(/64,050\.00.*forming/);
    server.sendPrice({
      ...frame,
      closed: true,
      candle: { ...candle, close: 64_080, source: 'ticks', revision: 0 },
    });
    await expect.poll(() => first.textContent()).toMatch(/64,080\.00.*closed/);
  });

  it('keeps the live candle on the price that came after it, counts down to its close, and reads a bar out', async () => {
    await open();
    // A price of the next minute moves the next candle.
    await until(() => Date.now() % 60_000 < 40_000);
    const time = Math.floor(Date.now() / 60_000) * 60;
    const candle = {
      time,
      open: 64_000,
      high: 64_100,
      low: 63_900,
      close: 64_050,
      volume: 7,
      complete: true,
    };
    server.sendPrice({
      type: 'candle',
      symbol: 'BTCUSD',
      timeframe: '1min',
      closed: false,
      candle: { ...candle, source: 'ticks', revision: 0 },
    });
    await expect.poll(() => chartLabel(page)).toContain('last price 64,050.00');
    price('BTCUSD', 64_222.5);
    await expect.poll(() => chartLabel(page)).toContain('last price 64,222.50');
    expect(await page.locator('.closes-in').textContent()).toMatch(/^closes in (0:\d\d|1:00)$/);
    const chart = (await page.locator('.price-chart').boundingBox())!;
    await page.mouse.move(chart.x + chart.width / 2, chart.y + chart.height / 2);
    await expect.poll(() => page.locator('.bar-legend').textContent()).toMatch(/O \d.*H \d.*L \d.*C \d.* %/);
  });

  it('marks a symbol in the list while a signal of it is open', async () => {
    await open();
    const mark = page.locator('[data-symbol="ETHUSD"] .open-sides');
    const { outcome } = fixtureSignal('over', 'ETHUSD', '1min', Date.now(), 'BUY', 3000, 'tp');
    const over = { symbol: 'ETHUSD', timeframe: '1min', outcome: outcome!, timestamp: Date.now() } as const;
    const standing = server.signals.filter(({ symbol, status }) => symbol === 'ETHUSD' && status === 'open');
    expect(standing.length).toBeGreaterThan(0);
    await mark.waitFor();
    for (const [i, { id }] of standing.entries()) {
      server.sendSignal({ type: 'signal_resolved', ...over, id, epoch: 'fixture', offset: 2 + i });
    }
    await mark.waitFor({ state: 'detached' });
  });

  it('announces a new signal by toast, title, feed and marker, and shows all of it on a click', async () => {
    await open();
    const before = Number(/(\d+) signals/.exec((await chartLabel(page)) ?? '')?.[1]);
    issue('BTCUSD', { id: 'fresh' });
    await page.locator('.toast', { hasText: 'BUY BTCUSD 1min' }).waitFor();
    expect(await page.title()).toBe('(1) Anso Vision');
    // It lies over no signal.
    const [toast, feed] = await Promise.all(
      ['.toast', '.signals'].map((part) => page.locator(part).boundingBox()),
    );
    expect(toast!.x + toast!.width).toBeLessThanOrEqual(feed!.x);
    await expect.poll(() => chartLabel(page)).toContain(`${before + 1} signals`);
    await page.locator('.toast-open').click();
    const details = page.locator('.details');
    for (const part of ['Story', 'Odds', 'Reasoning', 'Gates', 'Posts', '201 Created', 'News passed']) {
      await expect.poll(() => details.textContent()).toContain(part);
    }
    expect(await page.title()).toBe('Anso Vision');
  });

  it('writes the outcome onto a signal as it ends', async () => {
    await open();
    const { id, symbol } = issue('ETHUSD', { id: 'ending' });
    const { outcome } = fixtureSignal(id, symbol, '1min', Date.now(), 'BUY', priceOf(symbol), 'tp');
    server.sendSignal({
      type: 'signal_resolved',
      symbol,
      timeframe: '1min',
      id,
      outcome: outcome!,
      timestamp: Date.now(),
      epoch: 'fixture',
      offset: 3,
    });
    await expect
      .poll(() => page.locator('[data-id="ending"]').textContent())
      .toContain('Take profit +1.47 R');
    await page.locator('.toast', { hasText: 'take profit' }).waitFor();
  });

  it('stays silent on a muted symbol, and remembers it', async () => {
    await open();
    await page.getByRole('button', { name: 'Mute notifications of ETHUSD' }).click();
    await page.reload();
    await page.locator('[data-symbol="ETHUSD"] [aria-pressed="true"]').waitFor();
    await page.locator('.signal-row').first().waitFor();
    issue('ETHUSD', { id: 'silent' });
    await page.locator('[data-id="silent"]').waitFor();
    expect(await page.locator('.toast').count()).toBe(0);
    expect(await page.title()).toBe('Anso Vision');
  });

  it('tells posts that failed from those that were not worth sending any more, channel by channel', async () => {
    await open();
    const counts = page.locator('.queue-counts > div');
    const shown = () =>
      counts.evaluateAll((all) =>
        Object.fromEntries(
          all.map((one) => [
            one.querySelector('dt')?.textContent,
            `${one.querySelector('dd')?.textContent ?? ''}${one.classList.contains('is-bad') ? ' bad' : ''}`,
          ]),
        ),
      );
    await expect.poll(shown).toEqual({
      waiting: '6',
      delivered: '418',
      failed: '1 bad',
      parked: '1 bad',
      expired: '4',
      superseded: '9',
    });
    const lines = await page.locator('.queue-channels li').allTextContents();
    expect(lines[0]).toMatch(
      /community.*delivers: 6 waiting, 418 delivered, 1 parked, 4 expired, 9 superseded/,
    );
    expect(lines[1]).toMatch(/telegram.*does not deliver: 1 failed.*bot was kicked/);
  });

  it('filters the feed', async () => {
    await open();
    await page.getByLabel('Symbol', { exact: true }).selectOption('EURUSD');
    await page.getByLabel('Outcome').selectOption('tp');
    const texts = await page.locator('.signal-row').allTextContents();
    expect(texts).toHaveLength(9);
    for (const text of texts) expect(text).toMatch(/EURUSD.*Take profit/);
  });

  it('makes a lost server impossible to miss, and heals without a reload or a gap', async () => {
    await open();
    await page.getByRole('button', { name: 'Show as table' }).click();
    const loads: string[] = [];
    page.on('framenavigated', (frame) => loads.push(frame.url()));
    await server.stop();
    await page.getByRole('alert').getByText('No connection to the server').waitFor();
    expect(await page.locator('.frozen-word').isVisible()).toBe(true);
    const missed = fixtureSignal('missed', 'XAUUSD', '1min', Date.now(), 'SELL', priceOf('XAUUSD'));
    server.signals.unshift(missed);
    await server.start();
    await page.locator('.banner-bad').waitFor({ state: 'detached', timeout: 60_000 });
    await page.locator('[data-id="missed"]').waitFor();
    price('BTCUSD', 65_000);
    await expect.poll(() => page.locator('.big-price').textContent()).toContain('65,000.00');
    const newest = fixtureCandles('BTCUSD', '1min', 1, Date.now())[0]!;
    const closes = await page.locator('.table-scroll tbody td:nth-child(5)').allTextContents();
    expect(closes.join()).toContain(newest.close.toLocaleString('en', { maximumFractionDigits: 2 }));
    expect(loads).toEqual([]);
  });

  it('says when the provider is lost though the server is there', async () => {
    await open();
    server.sendPrice({ type: 'feed', state: 'disconnected', since: Date.now(), reason: 'reset' });
    await page.getByRole('alert').getByText('lost its price provider').waitFor();
    expect(await page.locator('.feed-state strong').textContent()).toBe('Feed lost');
    price('ETHUSD', 3400);
    await expect
      .poll(() => page.locator('[data-symbol="ETHUSD"] .watch-age').textContent())
      .toMatch(/just now|old/);
  });

  it('shows hostile text as text', async () => {
    const hostile = '"><img src=x onerror=alert(1)><script>alert(2)</script>';
    const signal = fixtureSignal('xss', 'BTCUSD', '1min', Date.now(), 'BUY', 64_000);
    server.signals.unshift({
      ...signal,
      symbol: hostile,
      reasoning: hostile,
      gates: [{ gate: 'news', passed: false, reason: hostile }],
      lineage: { [hostile]: hostile },
      deliveries: [{ ...signal.deliveries[0]!, channel: hostile, last_answer: hostile, remote_id: hostile }],
    });
    server.symbols.push({ ...server.symbols[0]!, symbol: hostile });
    await open();
    let dialogs = 0;
    page.on('dialog', (dialog) => {
      dialogs += 1;
      void dialog.dismiss();
    });
    await page.locator('[data-id="xss"] button').click();
    await expect.poll(() => page.locator('.reasoning').textContent()).toBe(hostile);
    await page.locator('.watch-symbol', { hasText: hostile }).click();
    expect(await page.locator('#app img, #app script').count()).toBe(0);
    expect(dialogs).toBe(0);
  });

  it('is usable by keyboard alone', async () => {
    await open();
    await page.keyboard.press('Tab');
    expect(await page.evaluate(() => document.activeElement?.textContent)).toContain('Skip to the chart');
    await page.locator('.watch-open').first().focus();
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('Enter');
    await expect.poll(() => page.locator('#chart-title').textContent()).toBe('ETHUSD');
    await page.locator('input[name="timeframe"]:checked').focus();
    await page.keyboard.press('ArrowRight');
    await expect.poll(() => chartLabel(page)).toContain('ETHUSD 5min');
    await page.locator('.signal-open').nth(2).focus();
    await page.keyboard.press('Enter');
    await expect.poll(() => page.evaluate(() => document.activeElement?.tagName)).toBe('H2');
    await page.keyboard.press('Escape');
    await expect.poll(() => page.evaluate(() => document.activeElement?.className)).toBe('signal-open');
    await page.getByRole('button', { name: 'Settings' }).focus();
    await page.keyboard.press('Enter');
    await page.getByRole('dialog', { name: 'Settings' }).waitFor();
    await page.keyboard.press('Escape');
    await page.getByRole('dialog').waitFor({ state: 'hidden' });
  });

  it('keeps theme, time zone and hidden symbols', async () => {
    await open({ colorScheme: 'dark' });
    await page.getByRole('button', { name: 'Settings' }).click();
    await page.getByRole('radio', { name: 'Light' }).check();
    await page.getByLabel('Time zone').selectOption('Asia/Tokyo');
    await page.getByRole('dialog').getByLabel('XAUUSD').uncheck();
    await page.reload();
    await page.locator('.watch-row').first().waitFor();
    expect(await page.locator('[data-symbol="XAUUSD"]').count()).toBe(0);
    expect(await page.locator('.clock').textContent()).toContain('Asia/Tokyo');
    expect(await page.evaluate(() => getComputedStyle(document.documentElement).colorScheme)).toBe('light');
  });

  it('explains a word on a key press, and all of them in a list', async () => {
    await open();
    const word = page.locator('.results').getByRole('button', { name: 'Brier score' });
    expect(await word.getAttribute('title')).toMatch(/how far the chances were/i);
    await word.focus();
    await page.keyboard.press('Enter');
    const note = page.getByRole('group', { name: 'Brier score' });
    await note.getByText('mean square').waitFor();
    expect(await violations(page)).toEqual([]);
    await page.keyboard.press('Escape');
    await note.waitFor({ state: 'hidden' });
    expect(await word.evaluate((element) => element === document.activeElement)).toBe(true);
    await page.keyboard.press('Enter');
    await page.keyboard.press('Tab');
    await page.keyboard.press('Enter');
    const words = page.getByRole('dialog', { name: 'Words' });
    await words.getByText('Superseded', { exact: true }).waitFor();
    expect(await violations(page)).toEqual([]);
    await page.keyboard.press('Escape');
    await words.waitFor({ state: 'hidden' });
  });

  it('closes an explanation by Escape before the signal that it stands in', async () => {
    await open();
    await page.locator('.signal-open').first().click();
    const details = page.locator('.details');
    await details.getByRole('button', { name: 'Gates', exact: true }).click();
    const note = page.locator('.word-note:popover-open');
    await note.waitFor();
    await page.keyboard.press('Escape');
    await note.waitFor({ state: 'detached' });
    expect(await details.isVisible()).toBe(true);
    await page.keyboard.press('Escape');
    await details.waitFor({ state: 'detached' });
  });

  it.each([320, 1280])('keeps an explanation inside the window, %i px wide', async (width) => {
    server.signals.splice(12);
    await open({ viewport: { width, height: 700 }, hasTouch: true });
    if (width < 768) await page.getByRole('button', { name: 'Results', exact: true }).click();
    for (const name of ['Win rate', 'Brier score', 'Calibration', 'Gates', 'withheld']) {
      await page.locator('.results').getByRole('button', { name, exact: true }).tap();
      const note = page.locator('.word-note:popover-open');
      await note.getByRole('button').waitFor();
      const box = (await note.boundingBox())!;
      expect(box.x, name).toBeGreaterThanOrEqual(0);
      expect(box.y, name).toBeGreaterThanOrEqual(0);
      expect(box.x + box.width, name).toBeLessThanOrEqual(width);
      expect(box.y + box.height, name).toBeLessThanOrEqual(700);
      await page.keyboard.press('Escape');
    }
  });

  it('says almost a buy, and why it is none', async () => {
    await open();
    const verdict = page.locator('.verdict');
    await page.locator('[data-symbol="BTCUSD"] .watch-open').click();
    await page.getByRole('radio', { name: '1min' }).check();
    server.signals
      .filter(
        ({ symbol, timeframe, status }) => status === 'open' && symbol === 'BTCUSD' && timeframe === '1min',
      )
      .forEach(({ id }) =>
        server.sendSignal({
          type: 'signal_resolved',
          symbol: 'BTCUSD',
          timeframe: '1min',
          id,
          outcome: fixtureSignal(id, 'BTCUSD', '1min', Date.now(), 'BUY', 64_000, 'tp').outcome!,
          timestamp: Date.now(),
          epoch: 'fixture',
          offset: 2,
        }),
      );
    await expect.poll(() => verdict.textContent()).toContain('Almost a buy. 88 % of the way to a call.');
    await verdict.getByRole('button', { name: 'Why?' }).click();
    const why = page.getByRole('dialog', { name: 'Why no signal: BTCUSD 1min' });
    await why.getByText('The next close is judged anew.').waitFor();
    expect(await why.locator('.lineage').isVisible()).toBe(false);
    await why.getByText('Model’s numbers').click();
    expect(await why.locator('.lineage').isVisible()).toBe(true);
    expect(await violations(page)).toEqual([]);
    await page.keyboard.press('Escape');
    await why.waitFor({ state: 'hidden' });
  });

  it('lists what gates withheld: why, and what would have come of it', async () => {
    await open();
    await page.getByText('Withheld by gates').focus();
    await page.keyboard.press('Enter');
    const calls = page.locator('.withheld-call');
    await expect.poll(() => calls.count()).toBe(2);
    expect(await calls.nth(0).textContent()).toMatch(
      /SELL.*EURUSD.*News: CPI \(USD\) in 12 minutes.*Still followed/,
    );
    expect(await calls.nth(1).textContent()).toMatch(
      /BUY.*XAUUSD.*Risk limits: 5 signals.*Would have been: Stop loss −1\.03 R/,
    );
    expect(await violations(page)).toEqual([]);
  });

  it('asks for the results once where many signals end at once', async () => {
    await open();
    const questions = () => server.asked.filter((path) => /^\/performance(\?|$)/.test(path)).length;
    await expect.poll(questions).toBeGreaterThan(0);
    const before = questions();
    const ended = Array.from({ length: 40 }, (_, i) => issue('ETHUSD', { id: `ended-${i}` }));
    for (const [i, { id, symbol, timeframe }] of ended.entries()) {
      const { outcome } = fixtureSignal(id, symbol, timeframe, Date.now(), 'BUY', priceOf(symbol), 'tp');
      server.sendSignal({
        type: 'signal_resolved',
        symbol,
        timeframe,
        id,
        outcome: outcome!,
        timestamp: Date.now(),
        epoch: 'fixture',
        offset: 42 + i,
      });
    }
    await expect.poll(questions).toBeGreaterThan(before);
    await page.locator('.outcome-won[data-id="ended-39"]').waitFor();
    // The page also asks by itself, every half minute.
    expect(questions() - before).toBeLessThan(5);
  });

  it('opens no list of symbols behind the back of who has left the search', async () => {
    await open();
    const answers: (() => Promise<void>)[] = [];
    await page.route('**/symbols/search?*', (route) => {
      answers.push(() =>
        route.fulfill({
          json: {
            success: true,
            symbols: [
              {
                symbol: 'SOLUSD',
                written: 'SOL/USD',
                name: 'Solana',
                exchange: '',
                type: '',
                watched: false,
              },
            ],
          },
        }),
      );
    });
    const search = page.getByRole('combobox', { name: 'Search for a symbol' });
    await search.fill('sol');
    await until(() => answers.length === 1);
    await search.blur();
    await answers[0]!();
    await search.fill('sola');
    await until(() => answers.length === 2);
    expect(await page.locator('.symbol-found-row').count()).toBe(0);
    await answers[1]!();
    await page.locator('.symbol-found-row').waitFor();
  });

  it('shows no withheld calls of another symbol while it asks', async () => {
    await open();
    await page.getByText('Withheld by gates').click();
    await page.locator('.withheld-call').first().waitFor();
    await page.route('**/withheld?*symbol=BTCUSD*', () => {
      // Never answered.
    });
    await page.locator('.signals').getByLabel('Symbol').selectOption('BTCUSD');
    await page.getByText('Asking for withheld calls…').waitFor();
    expect(await page.locator('.withheld-call').count()).toBe(0);
  });

  it('shows one chance of the target, the one that the expectation is made of', async () => {
    await open();
    issue('BTCUSD', { id: 'odds' });
    const row = page.locator('[data-id="odds"]');
    await expect.poll(() => row.textContent()).toContain('chance of TP 38 %');
    await row.locator('button').click();
    const odds = page.locator('.odds');
    await expect.poll(() => odds.textContent()).toContain('Chance of target first37.6 %');
    expect(await odds.textContent()).not.toContain('38.4');
  });

  it('shows a new visitor of the demo round, once, by keyboard', async () => {
    await open({}, true);
    const card = page.getByRole('dialog', { name: 'Prices' });
    await card.waitFor();
    expect(await violations(page)).toEqual([]);
    for (const name of ['The chart and its levels', 'Signals', 'Results']) {
      await page.getByRole('button', { name: 'Next' }).focus();
      await page.keyboard.press('Enter');
      await page.getByRole('dialog', { name }).waitFor();
    }
    await page.keyboard.press('Escape');
    await page.locator('.tour-card').waitFor({ state: 'detached' });
    await page.reload();
    await page.locator('.banner-demo').waitFor();
    await page.locator('.signal-row').first().waitFor();
    expect(await page.locator('.tour-card').count()).toBe(0);
    await page.getByRole('button', { name: 'Settings' }).click();
    await page.getByRole('button', { name: 'Show me round the page' }).click();
    await page.getByRole('dialog', { name: 'Prices' }).waitFor();
    expect(await page.locator('dialog[open]').count()).toBe(0);
    await page.getByRole('button', { name: 'Settings' }).click();
    expect(await page.locator('.tour-card').count()).toBe(0);
  });

  it.each([320, 480, 768, 800, 1023, 1024, 1100, 1280, 1366, 1440, 1920, 2560])(
    'keeps the results apart and wide enough to read, %i px wide',
    async (width) => {
      server.signals.splice(12);
      await open({ viewport: { width, height: 900 } });
      if (width < 768) await page.getByRole('button', { name: 'Results', exact: true }).click();
      const parts = page.locator('.results-grid > *');
      await parts.first().waitFor();
      const boxes = await parts.evaluateAll((elements) =>
        elements.map((element) => {
          const { left, right, top, bottom, width } = element.getBoundingClientRect();
          return { left, right, top, bottom, width, isCut: element.scrollWidth > element.clientWidth + 1 };
        }),
      );
      expect(boxes.length).toBe(5);
      for (const [i, box] of boxes.entries()) {
        expect(box.width, `part ${i}`).toBeGreaterThan(140);
        expect(box.isCut, `part ${i} is cut`).toBe(false);
        expect(box.right, `part ${i}`).toBeLessThanOrEqual(width);
        for (const other of boxes.slice(i + 1)) {
          const apart =
            box.right <= other.left ||
            other.right <= box.left ||
            box.bottom <= other.top ||
            other.bottom <= box.top;
          expect(apart, `part ${i} overlaps another`).toBe(true);
        }
      }
    },
  );

  it.each([320, 1440])(
    'gives fingers 24 by 24 px for what stands in no sentence, %i px wide',
    async (width) => {
      await open({ viewport: { width, height: 900 } });
      const small = new Set<string>();
      for (const tab of width < 768 ? ['Chart', 'Signals', 'Results', 'Market'] : ['']) {
        if (tab !== '') await page.getByRole('button', { name: tab, exact: true }).click();
        for (const target of await smallTargets(page)) small.add(target);
      }
      expect([...small]).toEqual([]);
    },
  );

  it.each([320, 390, 767, 768, 1024])('shows a pair whole in the watch list, %i px wide', async (width) => {
    await open({ viewport: { width, height: 900 } });
    if (width < 768) await page.getByRole('button', { name: 'Market', exact: true }).click();
    const cut = await page
      .locator('.watch-name')
      .evaluateAll((elements) =>
        elements
          .filter((element) => element.scrollWidth > element.clientWidth)
          .map((element) => element.textContent),
      );
    expect(cut).toEqual([]);
  });

  it('selects results by symbol, timeframe, side and period, and gives their trades as files', async () => {
    await open();
    const panel = page.locator('.results');
    const pick = (name: string, value: string) =>
      panel.getByLabel(`${name} of the results`).selectOption(value);
    const lastQuery = () =>
      new URL(
        server.asked.findLast((path) => path.startsWith('/performance?'))!,
        server.url,
      ).searchParams.toString();
    await expect.poll(() => panel.textContent()).toContain('214 resolved, 4 open');
    await pick('Symbol', 'EURUSD');
    await pick('Frame', '5min');
    await pick('Side', 'SELL');
    await expect.poll(() => panel.textContent()).toContain('57 resolved, 1 open');
    expect(lastQuery()).toBe('symbol=EURUSD&timeframe=5min&side=SELL');
    await pick('Period', '7d');
    await expect.poll(lastQuery).toMatch(/SELL&since=\d{13}$/);
    const ago = Date.now() - Number(new URLSearchParams(lastQuery()).get('since'));
    expect(Math.abs(ago - 7 * 86_400_000)).toBeLessThan(60_000);
    await pick('Period', 'days');
    await panel.getByLabel('From', { exact: true }).fill('2026-11-02');
    await panel.getByLabel('To', { exact: true }).fill('2026-11-03');
    const days = `symbol=EURUSD&timeframe=5min&side=SELL&since=2026-11-02&until=${Date.UTC(2026, 10, 4)}`;
    await expect.poll(lastQuery).toBe(days);
    const asked = server.asked.length;
    await panel.getByLabel('To', { exact: true }).fill('2026-11-01');
    await expect
      .poll(() => panel.textContent())
      .toContain('ends on 2026-11-01, before it begins on 2026-11-02');
    expect(server.asked.slice(asked).filter((path) => path.startsWith('/performance'))).toEqual([]);
    expect(await violations(page)).toEqual([]);
    await panel.getByLabel('To', { exact: true }).fill('2026-11-03');
    for (const format of ['csv', 'json']) {
      const [file] = await Promise.all([
        page.waitForEvent('download'),
        panel.getByRole('link', { name: `trades as ${format.toUpperCase()}` }).click(),
      ]);
      expect(file.suggestedFilename()).toBe(`trades-EURUSD-5min-SELL.${format}`);
      expect(file.url()).toBe(`${server.url}/performance/trades?${days}&format=${format}`);
    }
  });

  it('reads each point of the equity out, by pointer and by keyboard', async () => {
    await open();
    const plot = page.getByRole('slider', { name: 'Equity, result by result' });
    const note = page.locator('.plot-equity .panel-note');
    await expect.poll(() => note.textContent()).toMatch(/R in all, .* at worst$/);
    await plot.focus();
    await page.keyboard.press('Home');
    await expect.poll(() => note.textContent()).toMatch(/^\d+ \w{3}, \d\d:\d\d: .* R.*, result 1 of 214$/);
    await page.keyboard.press('ArrowRight');
    await page.keyboard.press('PageUp');
    await expect.poll(() => note.textContent()).toContain('result 12 of 214');
    expect(await plot.getAttribute('aria-valuetext')).toBe(await note.textContent());
    expect(await plot.getAttribute('aria-valuenow')).toBe('12');
    await page.keyboard.press('Escape');
    await expect.poll(() => note.textContent()).toContain('in all');
    const box = (await plot.boundingBox())!;
    await page.mouse.move(box.x + box.width - 0.3, box.y + box.height / 2);
    await expect.poll(() => note.textContent()).toContain('result 214 of 214');
    await page.mouse.move(box.x + 0.3, box.y + box.height / 2);
    await expect.poll(() => note.textContent()).toContain('result 1 of 214');
    await page.mouse.move(box.x, box.y - 200);
    await expect.poll(() => note.textContent()).toContain('in all');
  });

  it('sizes a position from account, risk and stop, says what is wrong, and remembers both', async () => {
    await open();
    issue('EURUSD', { id: 'sized' });
    const unfold = async () => {
      await page.locator('.position-size summary').focus();
      await page.keyboard.press('Enter');
    };
    await page.locator('[data-id="sized"] button').click();
    await unfold();
    const form = page.getByRole('form', { name: 'Position size' });
    const answer = page.locator('.position-answer');
    await form.getByLabel('Account', { exact: true }).fill('43370');
    // The stop is 0.4 % of 1.08425 away: 43.4 pips.
    await expect.poll(() => answer.textContent()).toMatch(/^Size1 lot.*100,000 EUR.*43\.4 pips/);
    await form.getByLabel('Risk, %').fill('');
    await expect.poll(() => answer.textContent()).toBe('Risk must be a number from 0.01 to 100.');
    expect(await violations(page)).toEqual([]);
    await form.getByLabel('Risk, %').fill('2');
    await expect.poll(() => answer.textContent()).toMatch(/^Size2 lots/);
    // The address names the signal.
    await page.reload();
    await unfold();
    await expect.poll(() => answer.textContent()).toMatch(/^Size2 lots/);
  });

  it('fits a phone: no sideways scroll, every part behind its tab', async () => {
    server.signals.splice(12);
    await open(phone);
    for (const [tab, part] of [
      ['Market', '.watch'],
      ['Chart', '.chart-panel'],
      ['Signals', '.signals'],
      ['Results', '.results'],
    ] as const) {
      await page
        .getByRole('navigation', { name: 'Parts of the page' })
        .getByRole('button', { name: tab })
        .click();
      expect(await page.locator(part).isVisible()).toBe(true);
      expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(390);
      expect(await violations(page)).toEqual([]);
    }
  });

  it.each(['dark', 'light'] as const)('has no accessibility violation, %s', async (colorScheme) => {
    server.signals.splice(12);
    await open({ colorScheme, reducedMotion: 'reduce' });
    expect(await violations(page)).toEqual([]);
    issue('BTCUSD', { id: 'axe' });
    await page.locator('.toast').waitFor();
    await page.getByRole('button', { name: 'Show as table' }).click();
    expect(await violations(page)).toEqual([]);
    await page.locator('[data-id="axe"] button').click();
    await page.locator('.details').waitFor();
    server.sendPrice({ type: 'feed', state: 'silent', since: Date.now() });
    await page.getByRole('alert').waitFor();
    expect(await violations(page)).toEqual([]);
    await page.getByRole('button', { name: 'Settings' }).click();
    await page.getByRole('dialog').waitFor();
    expect(await violations(page)).toEqual([]);
  });
});

const chartLabel = (page: Page) => page.locator('.price-chart').getAttribute('aria-label');

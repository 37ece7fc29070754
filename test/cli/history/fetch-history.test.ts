import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { asyncScheduler } from 'rxjs';
import { afterAll, afterEach, beforeEach, describe, expect, it } from 'vitest';
import { fetchHistory } from '../../../cli/history/fetch/fetch-history.ts';
import { openHistory, storedSpans } from '../../../cli/history/open-history.ts';
import { type Span, united } from '../../../cli/history/spans.ts';
import { parseConfig } from '../../../config.ts';
import { demoPlan, type Simulator, startSimulator } from '../../../simulator/start-simulator.ts';
import { until } from '../../support/until.ts';

const minute = 60_000;
const day = 1440 * minute;
/** Of a day after all that is asked for. */
const noon = Date.UTC(2026, 4, 6, 12);
const root = mkdtempSync(join(tmpdir(), 'fetch-'));
afterAll(() => rmSync(root, { recursive: true }));

let simulator: Simulator;
let history: string;
let folders = 0;
beforeEach(async () => {
  simulator = await startSimulator({ plan: demoPlan });
  history = join(root, `${folders++}`);
});
afterEach(() => simulator.close());

const environment = () => ({
  TWELVEDATA_API_KEY: simulator.keys.provider,
  TWELVEDATA_REST_URL: simulator.urls.restUrl,
  TWELVEDATA_CREDITS_PER_MINUTE: '100000',
  TWELVEDATA_CREDITS_PER_DAY: '100000',
  // Nobody listens there.
  PORT: '1',
});

async function get(span: Span, more: { symbol?: string; env?: Record<string, string>; now?: number } = {}) {
  const { symbol = 'BTCUSD', env = {}, now = noon } = more;
  const begun = performance.now();
  const said: string[] = [];
  mkdirSync(history, { recursive: true });
  const problem = await fetchHistory({
    config: parseConfig({ ...environment(), ...env }),
    history,
    symbol,
    span,
    // No midnight comes between two runs.
    clock: {
      now: () => now + performance.now() - begun,
      schedule: asyncScheduler.schedule.bind(asyncScheduler),
    },
    say: (line) => said.push(line),
    progress: { update: () => {}, end: () => {} },
  });
  return { said: said.join('\n'), problem };
}

/** Minutes that were asked for, a span a request, oldest first. */
const asked = (requests = simulator.rest.requests()): Span[] =>
  requests
    .map((path) => new URL(path, 'http://x').searchParams)
    .filter((query) => query.get('interval') === '1min')
    .map((query): Span => {
      const [from, end] = ['start_date', 'end_date'].map((name) =>
        Date.parse(`${query.get(name)!.replace(' ', 'T')}Z`),
      );
      // Up to the last second of the bar that proves the one before.
      return [from!, end! + 1000 - minute];
    })
    .sort((a, b) => a[0] - b[0]);
const twice = (spans: readonly Span[]): number =>
  spans.reduce((sum, [from, to]) => sum + to - from, 0) -
  united(spans).reduce((sum, [from, to]) => sum + to - from, 0);

const march: Span = [Date.UTC(2024, 2, 1), Date.UTC(2024, 2, 15)];
const truth = (symbol: string, [from, to]: Span) => simulator.market.minutes(symbol, from, to);

describe('fetching', () => {
  it('takes every minute once, as the provider has it, and asks for nothing again', async () => {
    const { said, problem } = await get(march);
    expect(problem).toBeUndefined();
    expect(said).toContain('about 20,160 minutes are missing, 5 requests');
    expect(said).toContain('20,160 minutes new, 0 changed');
    const { candles, spans, sources } = await openHistory(history, 'BTCUSD');
    expect([...candles.time]).toEqual(truth('BTC/USD', march).map(({ openTime }) => openTime));
    for (const [i, bar] of truth('BTC/USD', march).entries())
      expect([candles.open[i], candles.high[i], candles.low[i], candles.close[i]]).toEqual(
        [bar.open, bar.high, bar.low, bar.close].map((price) => Number(price.toFixed(11))),
      );
    expect(spans).toEqual([march]);
    expect(sources).toEqual([new URL(simulator.urls.restUrl).host]);
    expect([twice(asked()), united(asked())]).toEqual([0, [march]]);
    const before = simulator.rest.requests().length;
    expect((await get([march[0] + day, march[1] - minute])).said).toBe(
      'nothing is missing from 2024-03-02 00:00 to 2024-03-14 23:59 UTC',
    );
    // What is there is not asked for again, what is around it is.
    await get([march[0] - day, march[1] + day]);
    expect(simulator.rest.requests().length - before).toBe(2);
    expect(twice(asked())).toBe(0);
  });

  it('knows minutes that the provider lacks, and asks for those again that it gave wrongly', async () => {
    const span: Span = [march[0], march[0] + 600 * minute];
    const [lost, wrong] = [span[0] + 100 * minute, span[0] + 200 * minute];
    simulator.faults.rest.missingMinutes = new Set([lost]);
    const bars = truth('BTC/USD', [span[0], span[1] + minute]).filter(({ openTime }) => openTime !== lost);
    const values = bars.map(({ openTime, open, high, low, close }) => ({
      datetime: new Date(openTime).toISOString().slice(0, 19).replace('T', ' '),
      open: String(open),
      // Below low
      high: String(openTime === wrong ? low / 2 : high),
      low: String(low),
      close: String(close),
    }));
    simulator.faults.rest.next.push({ status: 200, body: JSON.stringify({ values, status: 'ok' }) });
    expect((await get(span)).problem).toBeUndefined();
    expect((await openHistory(history, 'BTCUSD')).candles.time).toHaveLength(598);
    expect(await storedSpans(history, 'BTCUSD', span)).toEqual([
      [span[0], wrong],
      [wrong + minute, span[1]],
    ]);
    await get(span);
    expect(asked().at(-1)).toEqual([wrong, wrong + minute]);
    expect((await openHistory(history, 'BTCUSD')).candles.time).toHaveLength(599);
    expect(await storedSpans(history, 'BTCUSD', span)).toEqual([span]);
  });

  it('takes no minute for known that the provider may still be going to give', async () => {
    // To the provider it is half an hour earlier than to us.
    const now = march[0] + 12 * 60 * minute;
    const heldBack = truth('BTC/USD', [now - 30 * minute, now + minute]);
    simulator.faults.rest.missingMinutes = new Set(heldBack.map(({ openTime }) => openTime));
    await get([march[0], now], { now: now + 10_000 });
    expect(await storedSpans(history, 'BTCUSD', march)).toEqual([[march[0], now - 30 * minute]]);
    simulator.faults.rest.missingMinutes = new Set();
    await get([march[0], now], { now: now + 10_000 });
    expect(await storedSpans(history, 'BTCUSD', march)).toEqual([[march[0], now]]);
    expect(asked().at(-1)).toEqual([now - 30 * minute, now]);
  });

  it('stays within the day’s credits over all its runs, and says how to go on', async () => {
    const env = { TWELVEDATA_CREDITS_PER_DAY: '3' };
    simulator.faults.rest.noCreditHeaders = true;
    const first = await get(march, { env });
    expect(first.problem).toMatch(
      /^the day's credits are used up until .*; 5,190 minutes are missing: run it again to go on$/,
    );
    expect(first.said).toContain('14,970 minutes new');
    const second = await get(march, { env });
    expect(second.problem).toMatch(/^the day's credits are used up until .*: run it again to go on$/);
    expect(asked()).toHaveLength(3);
    // The provider's own word on the day counts as well.
    simulator.faults.rest.next.push({
      status: 429,
      body: JSON.stringify({
        code: 429,
        message: 'You have run out of API credits for the day.',
        status: 'error',
      }),
    });
    expect((await get(march)).problem).toContain("the day's credits are used up");
    expect((await get(march, { now: noon + 2 * day })).problem).toBeUndefined();
    expect((await openHistory(history, 'BTCUSD')).candles.time).toHaveLength(20_160);
  });

  it('waits an outage out, and says so', async () => {
    simulator.faults.rest.next.push({ status: 503 }, { status: 502, body: '<html>' });
    const { said, problem } = await get([march[0], march[0] + 60 * minute]);
    expect(problem).toBeUndefined();
    const { host } = new URL(simulator.urls.restUrl);
    expect(said).toMatch(
      new RegExp(`${host} does not answer: it is asked again for five minutes\\n${host} answers again`),
    );
    expect((await openHistory(history, 'BTCUSD')).candles.time).toHaveLength(60);
  });

  it('leaves half of the credits to a server that runs', async () => {
    const server = createServer((_, response) => response.end('{}')).listen(0, '127.0.0.1');
    await once(server, 'listening');
    try {
      const { port } = server.address() as AddressInfo;
      const env = { PORT: String(port), TWELVEDATA_CREDITS_PER_DAY: '4' };
      simulator.faults.rest.noCreditHeaders = true;
      const { said, problem } = await get(march, { env });
      expect(said).toContain('50000 a minute, for a server runs and wants the others');
      expect(problem).toContain("the day's credits are used up");
      expect(asked()).toHaveLength(2);
    } finally {
      server.close();
      server.closeAllConnections();
    }
  });

  it('spends one credit on the years before a listing', async () => {
    const { problem } = await get([Date.UTC(2005, 0, 1), Date.UTC(2015, 0, 20)]);
    expect(problem).toBeUndefined();
    expect(simulator.rest.requests().length).toBeLessThan(10);
    expect((await openHistory(history, 'BTCUSD')).candles.time[0]).toBe(
      // The simulator's listing begins with a minute of the day before.
      Date.UTC(2014, 11, 31, 23, 59),
    );
  });

  it('stops where there was no minute for a month, and goes on from there', async () => {
    const span: Span = [Date.UTC(2014, 10, 20), Date.UTC(2015, 0, 5)];
    const { problem } = await get(span);
    expect(problem).toMatch(
      /has no minute of BTCUSD from 2014-11-2\d .* to 201[45]-.* UTC, so none before was asked for: run it again to look further back$/,
    );
    expect((await get(span)).problem).toBeUndefined();
    expect(twice(asked())).toBe(0);
    expect(await storedSpans(history, 'BTCUSD', span)).toEqual([span]);
  });

  it.each([
    [401, 'incorrect', { TWELVEDATA_API_KEY: 'wrong' }, 'BTCUSD'],
    [404, 'missing or invalid', {}, 'NOSUCH'],
  ])('says why the provider refuses: %i', async (code, words, env, symbol) => {
    await expect(get(march, { env, symbol })).rejects.toThrow(
      new RegExp(`: the provider answered ${code}: .*${words}`),
    );
  });

  it('asks for a stock’s open hours alone', async () => {
    const span: Span = [Date.UTC(2024, 2, 4), Date.UTC(2024, 2, 18)];
    expect((await get(span, { symbol: 'AAPL' })).problem).toBeUndefined();
    expect(asked()).toHaveLength(1);
    const { candles } = await openHistory(history, 'AAPL');
    expect([...candles.time]).toEqual(truth('AAPL', span).map(({ openTime }) => openTime));
  });
});

describe('npm run history, killed at any time', () => {
  const rounds = Number(process.env['HISTORY_KILLS'] ?? 6);
  const span: Span = [march[0], march[0] + (20 + 7 * rounds) * day];
  const [from, to] = span.map((time) => new Date(time).toISOString().slice(0, 10)) as [string, string];
  const program = join(import.meta.dirname, '../../../cli/history.ts');
  const args = [program, '--symbol', 'BTC/USD', '--from', from, '--to', to];

  /** Until its end, or until it is killed: some time after a request of its own, or after its start. */
  const run = (folder: string, kill?: { readonly afterMs: number; readonly ofRequest: number }) =>
    new Promise<{ code: unknown; err: string }>((done) => {
      const env = { PATH: process.env['PATH'], ...environment(), DATA_DIR: folder };
      const child = execFile(process.execPath, args, { cwd: root, env }, (error, _out, err) =>
        done({ code: error === null ? 0 : error.code, err }),
      );
      if (kill === undefined) return;
      const before = simulator.rest.requests().length;
      const hasAsked = () => simulator.rest.requests().length >= before + kill.ofRequest;
      void until(() => hasAsked() || child.exitCode !== null).then(() =>
        setTimeout(() => child.kill('SIGKILL'), kill.afterMs),
      );
    });

  it(
    `has every minute once in the end: ${rounds} times`,
    { timeout: 300_000 + 30_000 * rounds },
    async () => {
      const folder = join(root, 'killed');
      simulator.faults.rest.delayMs = 30;
      for (let kills = 0; kills < rounds; kills++)
        await run(folder, { afterMs: (kills * 37) % 150, ofRequest: kills % 5 === 4 ? 0 : 1 + (kills % 3) });
      // None of them came to the end.
      expect(await storedSpans(join(folder, 'history'), 'BTCUSD', span)).not.toEqual([span]);
      expect(await run(folder)).toEqual({ code: 0, err: '' });
      const { candles, spans } = await openHistory(join(folder, 'history'), 'BTCUSD');
      expect([...candles.time]).toEqual(truth('BTC/USD', span).map(({ openTime }) => openTime));
      expect(spans).toEqual([span]);
      // A killed run may lose the one answer that it had not stored yet.
      expect(twice(asked())).toBeLessThanOrEqual(rounds * 4_990 * minute);
      history = join(root, 'single');
      await get(span);
      const [killed, single] = [join(folder, 'history/BTCUSD'), join(history, 'BTCUSD')];
      const months = readdirSync(single);
      expect(readdirSync(killed).filter((name) => name.endsWith('.candles'))).toEqual(months);
      for (const month of months)
        expect(readFileSync(join(killed, month)).equals(readFileSync(join(single, month))), month).toBe(true);
    },
  );
});

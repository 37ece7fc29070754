import { needsData } from '../support/needs.ts';
import { execFile } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, describe, expect, it } from 'vitest';
import { auditWalk } from '../../cli/audit/audit-walk.ts';
import { cutAt, otherFuture } from '../../cli/audit/futures.ts';
import { writeCandles } from '../../cli/audit/write-candles.ts';
import { readCandles } from '../../cli/candles/read-candles.ts';
import type { SpacedCandles } from '../../cli/candles/spaced-candles.ts';
import { toColumns } from '../../cli/candles/to-columns.ts';
import type { Timeframe } from '../../schema/timeframe.ts';

const minute = 60_000;
const monday = Date.UTC(2024, 0, 8);
const folder = mkdtempSync(join(tmpdir(), 'audit-test-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** A seeded walk of minutes; `missing` says which have no trade. */
function walk(count: number, missing: (m: number) => boolean = () => false): SpacedCandles {
  let [price, state] = [100, 7];
  const random = () => (state = (state * 48_271) % 2_147_483_647) / 2_147_483_647;
  const rows = Array.from({ length: count }, (_, m) => {
    const open = price;
    price *= Math.exp(0.001 * (random() - 0.5));
    const [high, low] = [Math.max(open, price) * 1.0002, Math.min(open, price) * 0.9998];
    return [monday + m * minute, open, high, low, price, 1 + random()];
  });
  return { ...toColumns(rows.filter((_, m) => !missing(m))), volumeKind: 'traded', spacingMs: minute };
}
const minutes = walk(5 * 120);
const leak = (name: string, query = '') => new URL(`leaks/${name}.ts${query}`, import.meta.url).href;
const audit = (name: string, over: { minutes?: SpacedCandles; cuts?: number; query?: string } = {}) =>
  auditWalk({
    minutes: over.minutes ?? minutes,
    symbol: 'BTCUSD',
    timeframe: '5min',
    costBps: 1,
    threads: 1,
    cuts: over.cuts ?? 1,
    walk: leak(name, over.query),
  });

describe('the audit of a walk', () => {
  it.each([
    'by-view',
    'by-memo',
    'by-global-state',
    'by-calibration',
    'by-profile',
    'by-smoothing',
    'by-file',
    'by-clock',
    'by-elapsed-clock',
    'by-zone',
    'by-clock-in-thread',
    'by-chance',
  ])('catches a leak %s', async (name) => {
    const { findings, compared } = await audit(name, { cuts: 2 });
    expect(compared).toBeGreaterThan(0);
    expect(findings.length).toBeGreaterThan(0);
    expect(findings[0]!.at).not.toBeNull();
  });

  it('catches a rule that finds the whole data elsewhere, whether it reports that it could not read them or not', async () => {
    const file = join(folder, 'whole.csv');
    writeFileSync(file, writeCandles(minutes));
    const silent = await audit('by-file', { query: `?file=${file}` });
    expect(silent.findings.length).toBeGreaterThan(0);
    const loud = await audit('by-file', { query: `?file=${file}&loud` });
    expect(loud.findings).toMatchObject([
      { at: null, message: expect.stringMatching(/future absent: .*restricted/) },
      { at: null, message: expect.stringMatching(/another future: .*restricted/) },
    ]);
  });

  it('catches a rule that leaves itself a note for the next run', async () => {
    const { findings } = await audit('by-cache', { query: `?file=${join(folder, 'note')}` });
    expect(findings.length).toBeGreaterThan(0);
    expect(existsSync(join(folder, 'note'))).toBe(true);
  });

  it('lets an honest rule pass, with and without gaps in the data', async () => {
    const nights = walk(5 * 200, (m) => m % 300 > 200 || m % 7 === 0 || m % 5 === 4);
    const gaps = walk(5 * 160, (m) => (m > 200 && m < 420) || m % 11 === 3);
    for (const data of [minutes, gaps, nights]) {
      const { findings, compared, cuts } = await audit('honest', { minutes: data, cuts: 2 });
      expect(findings).toEqual([]);
      // Of a market whose windows never end with a trade no cut can be told.
      expect(compared > 0).toBe(cuts.length > 0);
    }
  });

  it('has no result for data that are too short', async () => {
    expect(await audit('honest', { minutes: walk(60) })).toEqual({ compared: 0, cuts: [], findings: [] });
  });

  it('reports why a walk failed', async () => {
    const { findings } = await audit('no-such-rule');
    expect(findings).toMatchObject([{ at: null, message: expect.stringContaining('no-such-rule') }]);
  });
});

describe('another future', () => {
  const at = monday + 300 * minute;

  it('has the same past and no minute in common after it', () => {
    const other = otherFuture(minutes, at);
    const past = cutAt(minutes, at);
    expect(past.time).toHaveLength(300);
    expect(cutAt(other, at)).toEqual(past);
    expect(other.time.length).toBeLessThan(minutes.time.length);
    for (let i = 300; i < other.time.length; i++) {
      expect(other.high[i]).toBeGreaterThanOrEqual(Math.max(other.open[i]!, other.close[i]!));
      expect(other.low[i]).toBeLessThanOrEqual(Math.min(other.open[i]!, other.close[i]!));
      expect(minutes.close).not.toContain(other.close[i]);
    }
  });
});

const data = (name: string) => new URL(`../../../shared/data/${name}.csv.gz`, import.meta.url);

describe('the product itself', needsData('data/usdjpy-1m-2013-02.csv.gz'), () => {
  it.each<[string, string, Timeframe, number]>([
    ['eurofx-future-1m-2024-01', 'EURUSD', '30min', 9_600],
    ['usdjpy-1m-2013-02', 'USDJPY', '30min', 9_000],
    ['btc-perp-1m-2022-01', 'BTCUSD', '15min', 4_500],
  ])('does not look ahead on %s, gaps and all', async (name, symbol, timeframe, count) => {
    const { candles: all } = await readCandles(data(name).pathname);
    const task = { symbol, timeframe, costBps: 1, threads: 1, cuts: 1 };
    const { compared, findings } = await auditWalk({
      ...task,
      minutes: cutAt(all, all.time[count]!),
      walk: new URL('../../cli/audit/product-walk.ts', import.meta.url).href,
    });
    expect(findings).toEqual([]);
    expect(compared).toBeGreaterThan(20);
  });

  it('is reported by the command, as text and by its exit code', async () => {
    const run = (...more: string[]) =>
      promisify(execFile)(process.execPath, ['cli/audit-lookahead.ts', ...more], {
        cwd: new URL('../..', import.meta.url),
      }).then(
        ({ stdout }) => ({ code: 0, stdout }),
        ({ code, stdout }: { code: number; stdout: string }) => ({ code, stdout }),
      );
    const file = join(folder, 'minutes.csv');
    writeFileSync(file, writeCandles(minutes));
    const leaky = await run(
      '--candles',
      file,
      '--timeframe',
      '5min',
      '--cuts',
      '1',
      '--walk',
      'test/cli/leaks/by-view.ts',
    );
    expect(leaky).toMatchObject({ code: 1, stdout: expect.stringContaining('FAILED') });
    const honest = await run(
      '--candles',
      file,
      '--timeframe',
      '5min',
      '--cuts',
      '1',
      '--walk',
      'test/cli/leaks/honest.ts',
    );
    expect(honest).toMatchObject({ code: 0, stdout: expect.stringContaining('passed') });
    const short = await run('--candles', file, '--timeframe', '5min');
    expect(short).toMatchObject({ code: 2, stdout: expect.stringContaining('nothing to compare') });
  });
});

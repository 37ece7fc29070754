import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { tradesCsv } from '../../cli/backtest/report/trades-csv.ts';
import { httpDeps, serve } from '../http/harness.ts';

const page = (name: string) => readFile(join(import.meta.dirname, '../../docs', name), 'utf8');

/** Rows of the table below a heading, by cells; none where the heading is gone. */
const tableBelow = (text: string, heading: string): string[][] =>
  (text.split(`\n## ${heading}\n`)[1]?.split('\n## ')[0] ?? '')
    .split('\n')
    .filter((line) => line.startsWith('| `'))
    .map((line) => line.split(' | ').map((cell) => cell.replaceAll(/^\| | \|$/g, '')));
const namesIn = (cell: string): string[] => [...cell.matchAll(/`(\w+)`/g)].map(([, name]) => name!);
const headerOf = (csv: string): string[] => csv.split('\r\n')[0]!.split(',');

let server: Awaited<ReturnType<typeof serve>>;
beforeAll(async () => {
  server = await serve(httpDeps());
});
afterAll(() => server.stop());

const served = async (path: string) => headerOf(await (await fetch(server.url + path)).text());

describe('docs/signals.md on columns', () => {
  it.each<[string, () => Promise<string[]> | string[]]>([
    ['signals', () => served('/signals?format=csv')],
    ['candles', () => served('/candles/BTCUSD?format=csv')],
    ['trades', () => served('/performance/trades?format=csv')],
    ['backtest', () => headerOf(tradesCsv('BTCUSD', '1h', []))],
  ])('lists every column of %s with its unit, and no other', async (file, columns) => {
    const rows = tableBelow(await page('signals.md'), 'Columns');
    const listed = rows.filter(([, of]) => of!.split(', ').includes(file));
    const names = listed.flatMap(([cell]) => namesIn(cell!));
    expect(names.toSorted()).toEqual((await columns()).toSorted());
    for (const [cell, , unit] of listed) expect(unit, cell).toMatch(/\w/);
  });

  it('gives each name one unit', async () => {
    const names = tableBelow(await page('signals.md'), 'Columns').flatMap(([cell]) => namesIn(cell!));
    expect(names).toHaveLength(new Set(names).size);
  });
});

describe('docs/backtest.md on the trades', () => {
  it('lists every column, in its order', async () => {
    const rows = tableBelow(await page('backtest.md'), 'The trades');
    expect(rows.flatMap(([cell]) => namesIn(cell!))).toEqual(headerOf(tradesCsv('BTCUSD', '1h', [])));
  });
});

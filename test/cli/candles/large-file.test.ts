import { execFile } from 'node:child_process';
import { createWriteStream, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { promisify } from 'node:util';
import { createGzip } from 'node:zlib';
import { afterAll, expect, it } from 'vitest';

const folder = mkdtempSync(join(tmpdir(), 'large-'));
afterAll(() => rmSync(folder, { recursive: true }));

const rows = 300_000;
const start = Date.UTC(2024, 0, 1);

/** Klines as Binance writes them, 45 MB in all, newest first. */
function* klines(): Generator<string> {
  for (let i = rows - 1; i >= 0; i--) {
    const time = start + i * 60_000;
    const price = 42_000 + (i % 977);
    yield `${time},${price}.00000000,${price + 5}.00000000,${price - 5}.00000000,${price + 1}.00000000,${(i % 89) + 1}.00000000,${time + 59_999},523456.12345678,${i % 400},6.10000000,258000.12345678,0\n`;
  }
}

it('takes far less memory than its text', async () => {
  const file = join(folder, 'klines.csv.gz');
  await pipeline(Readable.from(klines()), createGzip({ level: 1 }), createWriteStream(file));
  const url = new URL('../../../cli/candles/read-candles.ts', import.meta.url).href;
  const program = `
    const { readCandles } = await import(${JSON.stringify(url)});
    const { candles, newestFirst } = await readCandles(${JSON.stringify(file)});
    console.log(JSON.stringify([candles.time.length, candles.time[0], candles.close.at(-1), newestFirst]));
  `;
  // The text alone would not fit into this heap, nor would its rows.
  const { stdout } = await promisify(execFile)(process.execPath, [
    '--max-old-space-size=32',
    '--input-type=module',
    '--eval',
    program,
  ]);
  expect(JSON.parse(stdout)).toEqual([rows, start, 42_001 + ((rows - 1) % 977), true]);
});

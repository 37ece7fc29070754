import * as fc from 'fast-check';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { expect, it } from 'vitest';
import { describeFile } from '../../cli/candles/describe-file.ts';
import { readCandles } from '../../cli/candles/read-candles.ts';
import { DataError } from '../../cli/command.ts';
import { exports } from '../cli/candles/exports.ts';
import { awkwardText, corpus, garbled } from '../support/hostile/fuzz.ts';

const header = 'time,open,high,low,close,volume';
const rows = Array.from({ length: 12 }, (_, i) =>
  [1_700_000_000_000 + i * 60_000, 100, 102, 99, 101, i + 1].join(','),
);
const texts = exports.flatMap(({ content }) => (typeof content === 'string' ? [content] : []));
const cell = fc.oneof(fc.double().map(String), fc.integer().map(String), awkwardText);
const row = fc.array(cell, { maxLength: 8 }).map((cells) => cells.join(','));
/** One cell of a good file becomes another. */
const oneCell = fc.tuple(fc.constantFrom(...texts), fc.nat(), cell).map(([text, at, other]) => {
  const cells = text.split(/([,;\t|\r\n]+)/);
  cells[2 * (at % Math.ceil(cells.length / 2))] = other;
  return cells.join('');
});
/** Lines of a good file come twice, not at all, or in another order. */
const otherLines = fc
  .tuple(fc.constantFrom(...texts), fc.array(fc.nat({ max: 40 }), { maxLength: 12 }))
  .map(([text, chosen]) => {
    const lines = text.split('\n');
    return chosen.map((at) => lines[at % lines.length]).join('\n');
  });
const files = fc.oneof(
  garbled([header, ...rows].join('\n')),
  garbled([header, ...rows].join('\r\n')),
  ...texts.map(garbled),
  { arbitrary: oneCell, weight: 20 },
  { arbitrary: otherLines, weight: 10 },
  fc.array(row, { maxLength: 12 }).map((lines) => [header, ...lines].join('\n')),
  fc.array(fc.oneof(row, fc.constantFrom(...rows)), { maxLength: 12 }).map((lines) => lines.join('\n')),
  fc.string({ unit: 'binary', maxLength: 200 }),
);

/** Reads one file; what it gives, be it candles or a sentence, is checked. */
async function isRead(file: string, text: string): Promise<boolean> {
  const found = await readCandles(file).catch((error: unknown) => {
    if (!(error instanceof DataError)) throw error;
    // It goes to a terminal: nothing of the file may steer that.
    expect(error.message).toMatch(/^[^\p{Cc}\p{Cf}\p{Cs}]+$/u);
  });
  if (found === undefined) return false;
  const { time, open, high, low, close, volume, spacingMs } = found.candles;
  for (const column of [time, open, high, low, close, volume]) {
    expect(column.length).toBe(time.length);
    expect(column.every(Number.isFinite), text).toBe(true);
  }
  expect(spacingMs, text).toBeGreaterThan(0);
  const isSound = time.every(
    (at, k) =>
      (k === 0 || at > time[k - 1]!) &&
      low[k]! > 0 &&
      low[k]! <= Math.min(open[k]!, close[k]!) &&
      high[k]! >= Math.max(open[k]!, close[k]!) &&
      volume[k]! >= 0,
  );
  expect(isSound, text).toBe(true);
  expect(time.length + found.leftOut.total(), text).toBe(found.rows);
  const said = describeFile(file, found);
  expect(said.join('\n')).toMatch(/^[^\p{Cs}]+$/u);
  // The second line repeats names of columns.
  for (const line of said.toSpliced(1, 1)) expect(line).not.toMatch(/NaN|undefined|Infinity/);
  return true;
}

it('files of candles are read or refused with a sentence, and what is read is candles', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'anso-csv-'));
  let [read, refused] = [0, 0];
  try {
    const waiting = corpus('files of candles', files).entries();
    const work = async (file: string) => {
      for (const [i, text] of waiting) {
        await writeFile(file, i % 10 === 0 ? gzipSync(text) : text);
        if (await isRead(file, text)) read++;
        else refused++;
      }
    };
    // While one waits for the disk the others go on.
    const workers = [1, 2, 3, 4].map((n) => work(join(folder, `${n}.csv`)));
    for (const result of await Promise.allSettled(workers))
      if (result.status === 'rejected') throw result.reason;
  } finally {
    await rm(folder, { recursive: true });
  }
  expect(read).toBeGreaterThan(1_000);
  expect(refused).toBeGreaterThan(1_000);
});

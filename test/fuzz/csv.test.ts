import * as fc from 'fast-check';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { expect, it } from 'vitest';
import { CommandError } from '../../cli/command.ts';
import { readCandles } from '../../cli/read-candles.ts';
import { awkwardText, corpus, garbled } from '../support/hostile/fuzz.ts';

const header = 'time,open,high,low,close,volume';
const rows = Array.from({ length: 12 }, (_, i) =>
  [1_700_000_000_000 + i * 60_000, 100, 102, 99, 101, i].join(','),
);
const cell = fc.oneof(fc.double().map(String), fc.integer().map(String), awkwardText);
const row = fc.array(cell, { maxLength: 8 }).map((cells) => cells.join(','));
const files = fc.oneof(
  garbled([header, ...rows].join('\n')),
  garbled([header, ...rows].join('\r\n')),
  fc.array(row, { maxLength: 12 }).map((lines) => [header, ...lines].join('\n')),
  fc.array(fc.oneof(row, fc.constantFrom(...rows)), { maxLength: 12 }).map((lines) => lines.join('\n')),
  fc.string({ unit: 'binary', maxLength: 200 }),
);

it('files of candles are read whole or refused with a sentence', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'anso-csv-'));
  const file = join(folder, 'candles.csv');
  let read = 0;
  let refused = 0;
  try {
    for (const [i, text] of corpus('files of candles', files).entries()) {
      await writeFile(file, i % 10 === 0 ? gzipSync(text) : text);
      try {
        const { time, open, high, low, close, volume } = readCandles(file);
        read++;
        for (const column of [time, open, high, low, close, volume]) {
          expect(column.length).toBe(time.length);
          expect(column.every(Number.isFinite), text).toBe(true);
        }
        expect(
          time.every((at, k) => k === 0 || at > time[k - 1]!),
          text,
        ).toBe(true);
      } catch (error) {
        if (!(error instanceof CommandError)) throw error;
        refused++;
        // It goes to a terminal: nothing of the file may steer that.
        expect(error.message).toMatch(/^[ -~]+$/);
      }
    }
  } finally {
    await rm(folder, { recursive: true });
  }
  expect(read).toBeGreaterThan(50);
  expect(refused).toBeGreaterThan(1_000);
});

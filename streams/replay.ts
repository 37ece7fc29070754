import { createReadStream } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { createGunzip } from 'node:zlib';
import { from, type Observable } from 'rxjs';
import { Tick } from '../schema/tick.ts';
import { recordingName } from './record.ts';

export interface ReplayOptions {
  readonly folder: string;
  /** Only ticks received in `[from, to)`, Unix ms. */
  readonly from?: number;
  readonly to?: number;
  /** Told of a file whose end was torn by a crash, or a line that is no tick; what stands before it is used. */
  readonly onTorn?: (file: string, error: unknown) => void;
}

/** Recorded ticks in the order they were received, as fast as they are taken; cold, completes. */
export function replay(options: ReplayOptions): Observable<Tick> {
  return from({ [Symbol.asyncIterator]: () => ticksOf(options) });
}

async function* ticksOf(options: ReplayOptions): AsyncGenerator<Tick> {
  const { folder, from = -Infinity, to = Infinity, onTorn } = options;
  const names = (await readdir(folder)).filter((name) => recordingName.test(name)).sort();
  for (const name of names) {
    try {
      for await (const tick of fileTicks(join(folder, name))) {
        if (tick.receivedTime >= from && tick.receivedTime < to) yield tick;
      }
    } catch (error) {
      if (!isTorn(error)) throw error;
      onTorn?.(name, error);
    }
  }
}

async function* fileTicks(path: string): AsyncGenerator<Tick> {
  const file = createReadStream(path);
  const text = createGunzip();
  file.on('error', (error) => text.destroy(error));
  file.pipe(text);
  const failure = new Promise<never>((_, reject) => {
    text.on('error', reject);
  });
  failure.catch(() => {});
  try {
    for await (const line of createInterface({ input: text, crlfDelay: Infinity })) {
      if (line !== '') yield Tick.parse(JSON.parse(line));
    }
    // A stream that broke off ends its lines without a word.
    if (text.errored !== null) await failure;
  } finally {
    file.destroy();
    text.destroy();
  }
}

/** Damage that a crash in the middle of a write leaves behind. */
function isTorn(error: unknown): boolean {
  if (error instanceof SyntaxError) return true;
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  return code === 'Z_BUF_ERROR' || code === 'Z_DATA_ERROR';
}

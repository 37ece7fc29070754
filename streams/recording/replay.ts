import { createReadStream } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { createGunzip } from 'node:zlib';
import { from, type Observable } from 'rxjs';
import { Recorded } from '../../schema/recorded.ts';
import type { Tick } from '../../schema/tick.ts';
import { recordingName } from './recorder.ts';

export interface ReplayOptions {
  readonly folder: string;
  /** A file's end was torn by a crash; the lines before it are used. */
  readonly onTorn?: (file: string, error: unknown) => void;
}

/** A recorded line, or the start of the recording server. */
export type Replayed = Recorded | { readonly kind: 'start' };

/** Emits the recorded lines in their order, as fast as they are consumed; cold, completes. */
export function replay(options: ReplayOptions): Observable<Replayed> {
  return from({ [Symbol.asyncIterator]: () => linesOf(options) });
}

/** The ticks alone, as the server accepted them. */
export const isTick = (line: Replayed): line is Tick => !('kind' in line);

async function* linesOf({ folder, onTorn }: ReplayOptions): AsyncGenerator<Replayed> {
  const names = (await readdir(folder)).filter((name) => recordingName.test(name)).sort();
  let start = '';
  for (const name of names) {
    if (recordingName.exec(name)![2] !== start) yield { kind: 'start' };
    start = recordingName.exec(name)![2]!;
    try {
      yield* fileLines(join(folder, name));
    } catch (error) {
      if (!isTorn(error)) throw error;
      onTorn?.(name, error);
    }
  }
}

async function* fileLines(path: string): AsyncGenerator<Recorded> {
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
      if (line !== '') yield Recorded.parse(JSON.parse(line));
    }
    // A stream that broke off ends its lines without an error.
    if (text.errored !== null) await failure;
  } finally {
    file.destroy();
    text.destroy();
  }
}

/** Is it the damage of a crash during a write? */
function isTorn(error: unknown): boolean {
  if (error instanceof SyntaxError) return true;
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  return code === 'Z_BUF_ERROR' || code === 'Z_DATA_ERROR';
}

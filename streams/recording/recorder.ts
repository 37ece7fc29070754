import { appendFile, mkdir, readdir, stat, unlink } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import { asyncScheduler, type SchedulerLike, type Subscription } from 'rxjs';
import type { Recorded } from '../../schema/recorded.ts';

const compress = promisify(gzip);

export interface RecorderOptions {
  readonly folder: string;
  readonly clock?: SchedulerLike;
  /** Total size beyond which the oldest files are deleted; exceeded by a sixteenth at most, bytes. @default 2 GiB */
  readonly maxBytes?: number;
  /** @default 30 */
  readonly maxDays?: number;
  /** Market time, which events besides ticks are stamped with. @default clock */
  readonly now?: () => number;
  /** Longest time a line is buffered, which a crash loses, ms. @default 1 s */
  readonly flushMs?: number;
  /** Most lines buffered for the disk; more are dropped and counted. @default 100,000 */
  readonly maxWaiting?: number;
  /** Writing failed, and those lines are lost; a `lost` line in the file tells a replay. */
  readonly onError?: (error: unknown, lost: number) => void;
}

export interface Recorder {
  readonly record: (line: Undated) => void;
  readonly dropped: () => number;
  /** Writes the buffered lines, and ends. */
  readonly close: () => Promise<void>;
}

type DatedByUs<T> = T extends { readonly at: number } ? Omit<T, 'at'> : T;
/** A line without `at`, which the recorder adds. */
export type Undated = DatedByUs<Exclude<Recorded, { readonly kind: 'lost' | 'listening' }>>;

interface Waiting {
  /** The UTC day of its file. */
  readonly date: string;
  readonly line: Recorded;
}

/**
 * Appends ticks, and all other events that candles depend on, to compressed files, one for each UTC day, server start and part:
 * `ticks-2026-01-05.<start>.0000.jsonl.gz`. Every write is a gzip member of its own, so `zcat` reads the file at any time, and a
 * crash damages only the last write: the next start begins another file. `streams/recording/replay.ts` reads them.
 */
export function createRecorder(options: RecorderOptions): Recorder {
  const { folder, clock = asyncScheduler, maxBytes = 2 ** 31, maxDays = 30, flushMs = 1000 } = options;
  const { maxWaiting = 100_000, onError } = options;
  const now = options.now ?? (() => clock.now());
  const start = clock.now();
  let waiting: Waiting[] = [];
  let dropped = 0;
  /** Lines lost before the buffered ones, and after them. */
  let failed = 0;
  let overflown = 0;
  let day = '';
  /** Number of the day's file; a large one is followed by another. */
  let part = 0;
  let bytes = 0;
  let timer: Subscription | undefined;
  let writing: Promise<void> = Promise.resolve();
  let isWriting = false;

  const flush = async () => {
    isWriting = true;
    while (waiting.length > 0) {
      const batch = failed === 0 ? waiting : [{ ...waiting[0]!, line: lostLines(failed) }, ...waiting];
      waiting = [];
      try {
        for (const [date, some] of Map.groupBy(batch, (one) => one.date)) await append(date, some);
        failed = 0;
      } catch (error) {
        const lost = batch.reduce((sum, { line }) => sum + ('lines' in line ? line.lines : 1), 0);
        onError?.(error, lost - failed);
        failed = lost;
      }
    }
    isWriting = false;
  };

  /** Symbols whose actors are running, as of the lines written. */
  const listening = new Set<string>();

  const append = async (date: string, batch: readonly Waiting[]) => {
    const isFull = bytes > maxBytes / partsKept;
    if (date !== day || isFull) {
      await mkdir(folder, { recursive: true, mode: 0o700 });
      await prune(folder, maxBytes, clock.now() - maxDays * 86_400_000);
      part = date === day ? part + 1 : 0;
      bytes = 0;
      day = date;
    }
    const head: Recorded[] = bytes === 0 ? [{ kind: 'listening', symbols: [...listening] }] : [];
    for (const { line } of batch) {
      if ('kind' in line && line.kind === 'started') listening.add(line.symbol);
      if ('kind' in line && line.kind === 'released') listening.delete(line.symbol);
    }
    const lines = [...head, ...batch.map(({ line }) => line)];
    const member = await compress(lines.map((line) => `${JSON.stringify(line)}\n`).join(''));
    const name = `ticks-${day}.${padded(start, 15)}.${padded(part, 4)}.jsonl.gz`;
    await appendFile(join(folder, name), member, { mode: 0o600 });
    bytes += member.length;
  };

  const buffer = (line: Recorded) => {
    const time = 'receivedTime' in line ? line.receivedTime : clock.now();
    waiting.push({ date: new Date(time).toISOString().slice(0, 10), line });
  };

  return {
    record: (line) => {
      if (waiting.length >= maxWaiting) {
        dropped++;
        overflown++;
      } else {
        if (overflown > 0) buffer(lostLines(overflown));
        overflown = 0;
        buffer('kind' in line ? { ...line, at: now() } : line);
      }
      timer ??= clock.schedule(() => {
        timer = undefined;
        if (!isWriting) writing = flush();
      }, flushMs);
    },
    dropped: () => dropped,
    close: async () => {
      timer?.unsubscribe();
      await writing;
      if (day !== '' || waiting.length > 0) buffer({ kind: 'stopped', at: now() });
      await flush();
    },
  };
}

/** The allowed size is split into at least this many files, so that the oldest can be deleted. */
const partsKept = 16;
const padded = (number: number, digits: number) => String(number).padStart(digits, '0');
const lostLines = (lines: number): Recorded => ({ kind: 'lost', lines });

/** Groups: the day, and the server start, Unix ms. */
export const recordingName = /^ticks-(\d{4}-\d{2}-\d{2})\.(\d+)\.\d+\.jsonl\.gz$/;

/** Deletes recordings of days before `oldest`, and the oldest beyond `maxBytes`. */
async function prune(folder: string, maxBytes: number, oldest: number): Promise<void> {
  const names = (await readdir(folder))
    .filter((name) => recordingName.test(name))
    .sort()
    .reverse();
  const firstDay = new Date(oldest).toISOString().slice(0, 10);
  let total = 0;
  for (const name of names) {
    total += (await stat(join(folder, name))).size;
    if (total > maxBytes || recordingName.exec(name)![1]! < firstDay) await unlink(join(folder, name));
  }
}

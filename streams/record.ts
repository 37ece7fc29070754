import { appendFile, mkdir, readdir, stat, unlink } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import { asyncScheduler, type SchedulerLike, type Subscription } from 'rxjs';
import type { Tick } from '../schema/tick.ts';

const compress = promisify(gzip);

export interface RecorderOptions {
  readonly folder: string;
  readonly clock?: SchedulerLike;
  /** Older files go when all together are larger, bytes. @default 2 GiB */
  readonly maxBytes?: number;
  /** @default 30 */
  readonly maxDays?: number;
  /** Longest time a tick waits to be written: what a crash loses, ms. @default 1 s */
  readonly flushMs?: number;
  /** Ticks that wait for the disk at most; more are dropped and counted. @default 100,000 */
  readonly maxWaiting?: number;
  /** Writing failed; those ticks are lost, the next are tried. */
  readonly onError?: (error: unknown, lost: number) => void;
}

export interface Recorder {
  readonly record: (tick: Tick) => void;
  readonly dropped: () => number;
  /** Writes what waits, and ends. */
  readonly close: () => Promise<void>;
}

/**
 * Appends ticks to compressed files, one a UTC day and start: `ticks-2026-01-05.<start>.jsonl.gz`. Every write is a gzip
 * member of its own, so `zcat` reads the file at any time, and a crash spoils the last write alone: the next start begins
 * another file. `streams/replay.ts` reads them.
 */
export function createRecorder(options: RecorderOptions): Recorder {
  const { folder, clock = asyncScheduler, maxBytes = 2 ** 31, maxDays = 30, flushMs = 1000 } = options;
  const { maxWaiting = 100_000, onError } = options;
  const start = clock.now();
  let waiting: Tick[] = [];
  let dropped = 0;
  let day = '';
  let timer: Subscription | undefined;
  let writing: Promise<void> = Promise.resolve();
  let isWriting = false;

  const flush = async () => {
    isWriting = true;
    while (waiting.length > 0) {
      const batch = waiting;
      waiting = [];
      try {
        for (const [date, ticks] of Map.groupBy(batch, dayOf)) await append(date, ticks);
      } catch (error) {
        onError?.(error, batch.length);
      }
    }
    isWriting = false;
  };

  const append = async (date: string, ticks: readonly Tick[]) => {
    if (date !== day) {
      await mkdir(folder, { recursive: true });
      await prune(folder, maxBytes, clock.now() - maxDays * 86_400_000);
      day = date;
    }
    const lines = ticks.map((tick) => `${JSON.stringify(tick)}\n`).join('');
    await appendFile(
      join(folder, `ticks-${date}.${String(start).padStart(15, '0')}.jsonl.gz`),
      await compress(lines),
    );
  };

  return {
    record: (tick) => {
      if (waiting.length >= maxWaiting) dropped++;
      else waiting.push(tick);
      timer ??= clock.schedule(() => {
        timer = undefined;
        if (!isWriting) writing = flush();
      }, flushMs);
    },
    dropped: () => dropped,
    close: async () => {
      timer?.unsubscribe();
      await writing;
      await flush();
    },
  };
}

export const recordingName = /^ticks-(\d{4}-\d{2}-\d{2})\.\d+\.jsonl\.gz$/;

function dayOf(tick: Tick): string {
  return new Date(tick.receivedTime).toISOString().slice(0, 10);
}

/** Removes the oldest recordings: those of days before `oldest`, and what is more than `maxBytes`. */
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

import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { z } from 'zod';

const CachedCalendar = z.object({
  /** When the provider last confirmed it, Unix ms. */
  fetchedAt: z.number(),
  etag: z.string().nullable(),
  events: z.array(
    z.object({
      title: z.string(),
      country: z.string(),
      time: z.number(),
      impact: z.enum(['High', 'Medium', 'Low', 'Holiday']),
    }),
  ),
});
export type CachedCalendar = z.infer<typeof CachedCalendar>;

/** The calendar last saved to disk; null where there is none or it cannot be read. */
export async function readCalendarCache(path: string): Promise<CachedCalendar | null> {
  try {
    return CachedCalendar.parse(JSON.parse(await readFile(path, 'utf8')));
  } catch {
    return null;
  }
}

/** Replaces the file atomically, so that a crash leaves the old one. */
export async function writeCalendarCache(path: string, calendar: CachedCalendar): Promise<void> {
  await mkdir(dirname(path), { recursive: true, mode: 0o700 });
  await writeFile(`${path}.new`, JSON.stringify(calendar), { mode: 0o600 });
  await rename(`${path}.new`, path);
}

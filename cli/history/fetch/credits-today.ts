import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { writeWhole } from '../files/write-whole.ts';

const Credits = z.object({
  /** As `2025-01-31`, in UTC. */
  day: z.string(),
  used: z.number().int().nonnegative(),
});

/** Credits of the provider's that fetching has spent on the day of a time: the day's share holds over all runs of it. */
export interface CreditsToday {
  readonly spent: () => Promise<number>;
  readonly note: (used: number) => Promise<void>;
}

export function creditsToday(history: string, now: () => number): CreditsToday {
  const path = join(history, 'credits.json');
  const today = () => new Date(now()).toISOString().slice(0, 10);
  return {
    spent: async () => {
      try {
        const { day, used } = Credits.parse(JSON.parse(await readFile(path, 'utf8')));
        return day === today() ? used : 0;
      } catch {
        return 0;
      }
    },
    note: (used) => writeWhole(path, [Buffer.from(JSON.stringify({ day: today(), used }))]),
  };
}

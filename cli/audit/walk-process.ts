/**
 * The process of one walk: reads a file of minutes, walks over it and answers with a digest of every part of every decision. Started by
 * `runWalk`, one process a walk, so that nothing is remembered from one to the next.
 */
import { createHash } from 'node:crypto';
import { readCandles } from '../candles/read-candles.ts';
import type { SpacedCandles } from '../candles/spaced-candles.ts';
import type { WalkAnswer } from './run-walk.ts';
import type { Walk, WalkTask } from './walk.ts';

type Asked = Omit<WalkTask, 'minutes'> & Pick<SpacedCandles, 'spacingMs' | 'volumeKind'>;

const digest = (value: unknown): string =>
  createHash('sha256')
    .update(JSON.stringify(value) ?? 'undefined')
    .digest('base64url')
    .slice(0, 16);

async function answer(
  walk: string,
  file: string,
  { spacingMs, volumeKind, ...asked }: Asked,
): Promise<WalkAnswer> {
  try {
    const { default: run } = (await import(walk)) as { default: Walk };
    // A part of a file could look as if it were of another length, or had no volume.
    const { candles } = await readCandles(file);
    const decided = await run({ ...asked, minutes: { ...candles, spacingMs, volumeKind } });
    return {
      decisions: decided.map(({ at, what }) => ({
        at,
        parts: Object.fromEntries(Object.entries(what).map(([name, value]) => [name, digest(value)])),
      })),
    };
  } catch (error) {
    return { failure: error instanceof Error ? error.message : String(error) };
  }
}

const [walk, file, asked] = process.argv.slice(2) as [string, string, string];
const result = await answer(walk, file, JSON.parse(asked) as Asked);
process.send!(result, () => process.disconnect());

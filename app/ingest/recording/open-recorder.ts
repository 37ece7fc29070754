import { join } from 'node:path';
import { createRecorder, type Recorder } from '../../../streams/recording/recorder.ts';
import type { Context } from '../../context.ts';

/** The recording of ticks under DATA_DIR, where one is wanted. */
export function openRecorder({ config, log, wall, now, own }: Context): Recorder | undefined {
  if (!config.RECORD_TICKS) return undefined;
  return own(
    createRecorder({
      folder: join(config.DATA_DIR, 'ticks'),
      clock: wall,
      now,
      onError: (error, lost) => log.warn({ err: error, lost }, 'ticks could not be recorded'),
    }),
  );
}

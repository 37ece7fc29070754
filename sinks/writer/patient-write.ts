import { isDatabaseAway } from '../../store/database.ts';
import type { Log } from '../../store/log.ts';

/** Tries to write. False where the database is away and the write must be repeated; a write that it refuses is passed to `refused` and not repeated. */
export type Write = (work: () => Promise<void>, refused: (error: unknown) => void) => Promise<boolean>;

/** A Write that logs once when the database becomes unavailable, and once when it is back. */
export function patientWrite(log: Log): {
  readonly write: Write;
  /** Why the last write failed, or undefined. */
  readonly away: () => string | undefined;
} {
  let away: string | undefined;
  return {
    write: async (work, refused) => {
      try {
        await work();
        if (away !== undefined) log.info('the database is back');
        away = undefined;
        return true;
      } catch (error) {
        if (!isDatabaseAway(error)) {
          refused(error);
          return true;
        }
        if (away === undefined) log.warn({ err: error }, 'the database is away: writes wait');
        away = (error as Error).message;
        return false;
      }
    },
    away: () => away,
  };
}

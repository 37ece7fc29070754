import type { Log } from '../log.ts';

/** Logs once that the database does not confirm a term, and once that it does again. */
export interface Doubts {
  readonly raise: (error: unknown) => void;
  readonly settle: () => void;
}

export function createDoubts(log: Log): Doubts {
  let isRaised = false;
  return {
    raise: (error) => {
      if (!isRaised) log.warn({ err: error }, 'the database does not confirm that this ingest works');
      isRaised = true;
    },
    settle: () => {
      if (isRaised) log.info('the database confirms that this ingest works');
      isRaised = false;
    },
  };
}

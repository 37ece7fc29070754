import { UnrecoverableError } from 'bullmq';
import { isDatabaseAway, isDatabaseBusy } from '../../store/database.ts';
import type { Log } from '../../store/log.ts';
import type { Store } from '../../store/open-store.ts';
import { reasonOf } from './reason-of.ts';

/** Failures of one post, of which the database is not the cause, before it is ended. */
const mostFailures = 3;

export interface FailureVerdict {
  /** The error for BullMQ: one that it retries, or an UnrecoverableError where the post has been ended. */
  readonly of: (id: string, error: unknown) => Promise<Error>;
  /** The post was processed: its failures are forgotten. */
  readonly well: (id: string) => void;
}

/**
 * Decides what becomes of a post whose processing fails, which is no answer of its receiver. An outage is waited for, until the post
 * expires. Anything else is tried three times; then the post is ended with the error as its reason, so that it neither runs for ever nor holds up the
 * posts behind it.
 */
export function failureVerdict({
  store,
  channel,
  log,
  timeOfDay,
  scrub,
}: {
  readonly store: Pick<Store, 'outbox'>;
  readonly channel: { readonly name: string };
  readonly log: Log;
  readonly timeOfDay: () => number;
  /** Takes secrets out of the error. */
  readonly scrub?: ((text: string) => string) | undefined;
}): FailureVerdict {
  const failures = new Map<string, number>();
  return {
    well: (id) => void failures.delete(id),
    of: async (id, thrown) => {
      const error = thrown instanceof Error ? thrown : new Error(String(thrown));
      // BullMQ stores and shows it.
      const told = new Error(reasonOf(error, scrub));
      if (isDatabaseAway(error) || isDatabaseBusy(error)) return told;
      const count = (failures.get(id) ?? 0) + 1;
      failures.set(id, count);
      log.warn({ err: error, id, channel: channel.name, failures: count }, 'a post could not be processed');
      if (count < mostFailures) return told;
      const reason = `could not be processed: ${told.message}`;
      try {
        await store.outbox.giveUp(id, channel.name, reason, timeOfDay());
        failures.delete(id);
        log.error({ id, channel: channel.name, reason }, 'a post was ended that could not be processed');
      } catch (failure) {
        if (isDatabaseAway(failure)) return told;
        // The sweep makes it a job again.
        log.error(
          { err: failure, id, channel: channel.name },
          'a post that cannot be processed cannot be ended either',
        );
      }
      return new UnrecoverableError(reason);
    },
  };
}

import { hostname } from 'node:os';
import { holdTerm } from '../../store/term/hold-term.ts';
import { UnusableServiceError } from '../../store/unusable-service-error.ts';
import { withTimeout } from '../../store/with-timeout.ts';
import type { Context } from '../context.ts';
import type { Stop } from '../run-until-stopped.ts';
import type { Storage } from '../storage.ts';

/** How long another server may take to stop, ms. */
const patienceMs = 12_000;

/**
 * The place of the one server that writes into this database, for a process that does everything. Throws UnusableServiceError where
 * another one has it. Where a pooler shares the sessions no lock can be held: there the server that was started last goes on.
 */
export async function takeTerm(
  { log, own }: Pick<Context, 'log' | 'own'>,
  { store }: Pick<Storage, 'store'>,
  stop: Stop,
): Promise<void> {
  const holder = `${hostname()}:${process.pid}`;
  const end = (why: string) => {
    log.fatal({ why }, 'another server works with this database: this process ends');
    store.term.leave();
    void stop(1);
  };
  if (store.embedded !== undefined || store.sessions === 'shared') {
    await store.term.take(holder);
    store.term.onStale(({ message }) => end(message));
    return;
  }
  const held = Promise.withResolvers<number>();
  const { connection } = store;
  const place = own(holdTerm({ connection, holder, log, onHeld: held.resolve, onLost: end }));
  store.term.onStale(({ message }) => place.lose(message));
  const inUse = () =>
    new UnusableServiceError(
      `another server (${place.holder() ?? 'unknown'}) works with this database: stop it, or set ROLES on both so that one stands by`,
      1,
    );
  store.term.adopt(await withTimeout(patienceMs, held.promise, inUse));
}

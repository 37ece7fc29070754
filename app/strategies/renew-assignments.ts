import type { Logger } from 'pino';
import type { Strategies } from '../../workers/strategies/open-strategies.ts';
import type { Assignments } from './assignments.ts';

/** Lets a strategy whose file has changed decide from the next close on. Where its assignments do not fit it any more, the old one goes on. */
export function renewAssignments(
  { changes }: Pick<Strategies, 'changes'>,
  assignments: Pick<Assignments, 'renew'>,
  log: Logger,
): void {
  const renew = async (strategy: string): Promise<void> => {
    for (const problem of await assignments.renew(strategy)) log.error({ strategy }, problem);
  };
  changes.subscribe(({ name, error }) => {
    if (error !== null) return;
    renew(name).catch((failure: unknown) =>
      log.error({ strategy: name, err: failure }, 'its assignments stay as they were'),
    );
  });
}

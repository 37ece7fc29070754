import type { Logger } from 'pino';
import type { Strategies } from '../workers/strategies/open-strategies.ts';
import type { Assignments } from './assignments.ts';

/** Lets a strategy whose file has changed decide from the next close on. Where its assignments do not fit it any more, the old one goes on. */
export function renewAssignments(
  { changes }: Pick<Strategies, 'changes'>,
  { renew }: Pick<Assignments, 'renew'>,
  log: Logger,
): void {
  changes.subscribe(({ name, error }) => {
    if (error !== null) return;
    renew(name).then(
      (problems) => {
        for (const problem of problems) log.error({ strategy: name }, problem);
      },
      (failure: unknown) => log.error({ strategy: name, err: failure }, 'its assignments stay as they were'),
    );
  });
}

import type { Queryable } from '../database.ts';
import type { Cause, Recorded } from './cause.ts';
import { passesOf } from './passes-of.ts';
import { writePass } from './write-pass.ts';

/**
 * Writes causes in the caller's transaction, with as many statements as one of them takes. The first insert of an id wins; a repetition
 * changes nothing. Answers in the order of the causes.
 */
export async function recordCauses(
  session: Queryable,
  causes: readonly Cause[],
  options: { readonly epoch: string; readonly now: number },
): Promise<Recorded[]> {
  const all = causes.map((cause) => ({ cause, recorded: nothingYet() }));
  const entries = all.flatMap(({ cause, recorded }) =>
    cause.events.map((event) => ({ event, cause, recorded })),
  );
  for (const pass of passesOf(entries)) await writePass(session, pass, options);
  return all.map(({ recorded }) => recorded);
}

const nothingYet = (): Recorded => ({ frames: [], opened: [], ended: [] });

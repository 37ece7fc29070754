import type { Experience as Known } from '../../models/odds/experience.ts';
import { Experience } from '../../schema/strategies/experience.ts';
import type { Decision } from '../../schema/signal.ts';

/** What a decision rested on of earlier candidates; undefined where that is nothing. */
export function experienceOf({ lineage }: Pick<Decision, 'lineage'>): Known | undefined {
  const { options } = lineage as { options?: { experience?: unknown } };
  return Experience.optional().safeParse(options?.experience).data;
}

import type { PerformanceAnswer } from '../../../schema/performance.ts';
import { ask } from '../api/ask.ts';
import { getJson } from '../api/get-json.ts';
import { assignmentResults, hasApart, strategies } from '../state/strategies.ts';
import { loadApart } from './load-signals.ts';

/** Asks which strategies there are, and for the signals of those that no feed has. */
export async function askStrategies(): Promise<void> {
  await ask('/strategies', strategies);
  if (hasApart(strategies.get())) await loadApart();
}

/** Asks how each assignment did, one after the other: whoever looks at the list wants them all. */
export async function askAssignmentResults(): Promise<void> {
  for (const { id } of strategies.get().data?.assignments ?? []) {
    const answer = await getJson<PerformanceAnswer>(
      `/performance?assignment=${encodeURIComponent(id)}`,
    ).catch(() => null);
    if (answer !== null) assignmentResults.update((known) => new Map(known).set(id, answer));
  }
}

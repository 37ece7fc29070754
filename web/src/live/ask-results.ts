import { getJson } from '../api/get-json.ts';
import type { PerformanceAnswer } from '../../../schema/performance.ts';
import { filterFault, results, resultsFilter, resultsQuery, type ResultsFilter } from '../state/results.ts';

let turns = 0;

/** Asks how the signals did that the filter selects. Only the answer to the latest question counts: an earlier one may arrive later. */
export async function askResults(): Promise<void> {
  const filter = resultsFilter.get();
  if (filterFault(filter) !== null) return;
  const turn = ++turns;
  try {
    const data = await getJson<PerformanceAnswer>(`/performance?${resultsQuery(filter, Date.now())}`);
    if (turn === turns) results.set({ data, error: null, of: filter });
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    if (turn === turns) results.update((now) => ({ ...now, error: message }));
  }
}

/** Changes the filter and asks at once. */
export function filterResults(change: Partial<ResultsFilter>): void {
  resultsFilter.update((now) => ({ ...now, ...change }));
  results.update((now) => ({ ...now, error: null }));
  void askResults();
}

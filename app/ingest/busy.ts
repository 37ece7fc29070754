import { Problem } from '../../http/problem.ts';
import { StoreBusyError } from '../../sinks/writer/cause-queue.ts';
import { Overloaded } from '../../workers/analysis-pool.ts';
import { AnalysersAway } from '../../workers/analysers-away.ts';
import { SymbolUnavailableError } from '../../streams/symbol/symbol-unavailable.ts';
import { UndecidedError } from './posted-closes.ts';

/** Seconds after which what could not be done now is worth another try. */
const retryAfter = { 'Retry-After': '5' };

/** Too much is asked for, or the database or a symbol stands still: said as HTTP says it. */
export async function busy<T>(answer: Promise<T>): Promise<T> {
  try {
    return await answer;
  } catch (error) {
    if (error instanceof Overloaded)
      throw new Problem(503, 'overloaded', error.message, { 'Retry-After': String(error.retryAfter) });
    if (error instanceof AnalysersAway) throw new Problem(503, 'analysers_away', error.message, retryAfter);
    if (error instanceof StoreBusyError || error instanceof UndecidedError)
      throw new Problem(503, 'undecided', error.message, retryAfter);
    if (error instanceof SymbolUnavailableError)
      throw new Problem(503, error.code, error.message, retryAfter);
    throw error;
  }
}

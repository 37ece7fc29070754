import type { Config } from '../../config.ts';
import { EVERY, Mode } from '../../schema/strategies/assignment.ts';
import type { Timeframe } from '../../schema/timeframe.ts';

/** A symbol and timeframe that a strategy is assigned to, with the parameters as the operator wrote them. */
export interface AssignedPlace {
  readonly symbol: string;
  readonly timeframe: Timeframe;
  readonly params: Readonly<Record<string, unknown>>;
}

/** The places of a strategy: of live assignments first, then of those on paper, then of shadows. `*` is each of the configuration. */
export function* assignedPlaces(
  strategy: string,
  { assignments, SYMBOLS, TIMEFRAMES }: Pick<Config, 'assignments' | 'SYMBOLS' | 'TIMEFRAMES'>,
): Generator<AssignedPlace> {
  for (const mode of Mode.options.toReversed())
    for (const entry of assignments) {
      if (entry.strategy !== strategy || entry.mode !== mode) continue;
      for (const symbol of entry.symbols.includes(EVERY) ? SYMBOLS : entry.symbols)
        for (const timeframe of entry.timeframes)
          for (const one of timeframe === EVERY ? TIMEFRAMES : [timeframe])
            yield { symbol, timeframe: one, params: entry.params };
    }
}

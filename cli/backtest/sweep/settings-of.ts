import { strategyVersion } from '../../../strategy/load/strategy-version.ts';
import type { AskedStrategy } from '../../../strategy/run/analyse-stretch.ts';
import { UsageError } from '../../command.ts';
import type { BacktestStrategy } from '../strategy/backtest-strategy.ts';

/**
 * Every combination of a strategy's `search`, with its parameters otherwise; those that `given` names stay as they are. Throws a UsageError
 * where there is nothing to search, or a combination is none.
 */
export async function settingsOf(
  { loaded }: Pick<BacktestStrategy, 'loaded'>,
  given: Readonly<Record<string, unknown>>,
): Promise<readonly AskedStrategy[]> {
  const { name, hash, description } = loaded;
  const axes = Object.entries(description.search).filter(([parameter]) => !Object.hasOwn(given, parameter));
  if (axes.length === 0)
    throw new UsageError(`--sweep: the strategy ${name} has nothing in its search that --params leaves open`);
  let grid: Record<string, unknown>[] = [{ ...given }];
  for (const [parameter, values] of axes)
    grid = grid.flatMap((setting) =>
      values.map((value) => Object.assign({}, setting, { [parameter]: value })),
    );
  const settings: AskedStrategy[] = [];
  for (const setting of grid) {
    const parsed = await loaded.parse(setting);
    if ('error' in parsed) throw new UsageError(`--sweep: ${JSON.stringify(setting)}: ${parsed.error}`);
    settings.push({ name, version: strategyVersion(hash, parsed.params), params: parsed.params });
  }
  return settings;
}

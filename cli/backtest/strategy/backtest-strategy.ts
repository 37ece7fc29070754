import { loadConfig } from '../../../app/configuration/read-config.ts';
import { strategyDirs } from '../../../app/strategies/strategy-dirs.ts';
import { limitsOf } from '../../../app/strategies/strategy-limits.ts';
import { strategyVersion } from '../../../strategy/load/strategy-version.ts';
import type { AskedStrategy } from '../../../strategy/run/analyse-stretch.ts';
import { findFiles } from '../../../workers/strategies/find-files.ts';
import { type LoadedStrategy, loadStrategy } from '../../../workers/strategies/load-strategy.ts';
import { CommandError, DataError, UsageError } from '../../command.ts';

/** A strategy that decides in a backtest, in place of the built-in rule. */
export interface BacktestStrategy {
  readonly loaded: LoadedStrategy;
  readonly asked: AskedStrategy;
}

/** Runs a strategy of the folders; whoever asks for it closes it. Throws a CommandError, DataError or UsageError with the reason. */
export async function openBacktestStrategy(name: string, params: unknown): Promise<BacktestStrategy> {
  const { config } = loadConfig();
  const dirs = strategyDirs(config);
  const file = (await findFiles([dirs.project, dirs.own])).find((one) => one.name === name);
  if (file === undefined)
    throw new CommandError(`--strategy ${name}: there is no ${name}.ts in ${dirs.project} or ${dirs.own}`);
  const loaded = await loadStrategy(file, { loadMs: 5000, ...limitsOf(config) }).catch((error: Error) => {
    throw new DataError(`${file.path}: ${error.message}`);
  });
  try {
    return { loaded, asked: await askedWith(loaded, params) };
  } catch (error) {
    await loaded.close();
    throw error;
  }
}

async function askedWith(loaded: LoadedStrategy, given: unknown): Promise<AskedStrategy> {
  const parsed = await loaded.parse(given);
  if ('error' in parsed) throw new UsageError(`--params: ${parsed.error}`);
  const { params } = parsed;
  return { name: loaded.name, version: strategyVersion(loaded.hash, params), params };
}

import type { Config } from '../../config.ts';
import { openStrategies } from '../../workers/strategies/open-strategies.ts';
import { limitsOf } from '../../app/strategies/strategy-limits.ts';

/** Prints every strategy with what it is about, or why it does not run. Exit code 1 where one does not. */
export async function listCommand(
  dirs: { readonly project: string; readonly own: string },
  config: Config,
): Promise<number> {
  const strategies = openStrategies({ dirs: [dirs.project, dirs.own], limits: limitsOf(config), pollMs: 0 });
  try {
    const all = await strategies.list();
    for (const { name, file, about, error } of all)
      console.log(
        `${name.padEnd(20)} ${error === null ? about : `does not run: ${error}`}\n${' '.repeat(21)}${file}`,
      );
    return all.some(({ error }) => error !== null) ? 1 : 0;
  } finally {
    await strategies.close();
  }
}

import { loadConfig } from '../app/configuration/read-config.ts';
import { strategyDirs } from '../app/strategies/strategy-dirs.ts';
import { limitsOf } from '../app/strategies/strategy-limits.ts';
import type { Config } from '../config.ts';
import type { Analysis } from '../models/decision/analysis.ts';
import { explainSignal } from '../operators/analysis/explain-signal.ts';
import { strategyTaskOf, type StrategyTask } from '../operators/analysis/strategy-lineage.ts';
import { openStrategies, StrategyMissing } from '../workers/strategies/open-strategies.ts';
import { command } from './command.ts';
import { withStoredSignals } from './databases/stored-signals.ts';

const help = `Usage: npm run explain -- <signal id>

Analyses a stored signal's window again and compares. Exit code 0 where everything is the same to the last bit, 1 where something
differs, 2 where its strategy's file has changed since, 66 where no such signal is stored.`;

async function main(id: string): Promise<number> {
  const { config } = loadConfig();
  const stored = await withStoredSignals(config, async (signals) => {
    const [signal, window] = await Promise.all([signals.get(id), signals.window(id)]);
    return signal && window ? { signal, window } : undefined;
  });
  if (stored === undefined) {
    console.error(`no signal ${id} is stored`);
    return 66;
  }
  const { signal, window } = stored;
  const task = strategyTaskOf(signal, window);
  const again = task === undefined ? undefined : await askAgain(config, task);
  if (again instanceof StrategyMissing) {
    console.error(`${id} cannot be computed again, its strategy has changed since: ${again.message}`);
    return 2;
  }
  const { same, comparisons, node } = explainSignal(signal, window, again);
  const closed = new Date(signal.close_time).toISOString();
  console.log(`${signal.signal_type} ${signal.symbol} ${signal.timeframe}, candle closed ${closed}`);
  console.log(`${signal.reasoning}\n`);
  for (const { name, stored: was, again, same: equal } of comparisons)
    console.log(
      `${equal ? 'same   ' : 'DIFFERS'}  ${name.padEnd(17)} ${show(was)}${equal ? '' : ` -> ${show(again)}`}`,
    );
  for (const { gate, passed, reason } of signal.gates)
    console.log(`gate     ${gate.padEnd(17)} ${passed ? 'passed' : `refused: ${reason ?? ''}`}`);
  if (!same && node.issued !== node.now)
    console.log(`\nissued on Node ${String(node.issued)}, compared on ${node.now}`);
  console.log(same ? '\nThe same to the last bit.' : '\nNot the same.');
  return same ? 0 : 1;
}

/** What the strategy of a stored decision gives now. */
async function askAgain(config: Config, task: StrategyTask): Promise<Analysis | StrategyMissing> {
  const { project, own } = strategyDirs(config);
  const strategies = openStrategies({ dirs: [project, own], limits: limitsOf(config), pollMs: 0 });
  try {
    return await strategies.analyse(task);
  } catch (error) {
    if (error instanceof StrategyMissing) return error;
    throw error;
  } finally {
    await strategies.close();
  }
}

const show = (value: unknown): string => {
  const text = JSON.stringify(value) ?? 'nothing';
  return text.length > 80 ? `${text.slice(0, 77)}...` : text;
};

await command({ help, options: {}, positionals: { min: 1, max: 1 } }, (_, [id]) => main(id!));

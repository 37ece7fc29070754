import type { Config } from '../../config.ts';
import { limitsOf } from '../../app/strategies/strategy-limits.ts';
import { lastCandles } from '../../models/candle-columns.ts';
import type { Finding } from '../../strategy/checks/check-report.ts';
import { checkLoaded, type CheckMarket, sampleMarket } from '../../workers/strategies/check-loaded.ts';
import { findFiles, type StrategyFile } from '../../workers/strategies/find-files.ts';
import { type LoadedStrategy, loadStrategy } from '../../workers/strategies/load-strategy.ts';
import { readCandles } from '../candles/read-candles.ts';
import {
  CommandError,
  DataError,
  finiteNumber,
  symbolOption,
  timeframeOption,
  UsageError,
  wholeNumber,
  zoneOption,
} from '../command.ts';

export const checkOptions = {
  params: { type: 'string', default: '{}' },
  candles: { type: 'string' },
  zone: { type: 'string' },
  symbol: { type: 'string', default: 'BTC/USD' },
  timeframe: { type: 'string', default: '1h' },
  'cost-bps': { type: 'string', default: '2' },
  decisions: { type: 'string', default: '400' },
} as const;

type Values = { readonly [K in keyof typeof checkOptions]?: string };

/** Lengths of a window that decisions are compared over, candles. */
const warmUps = [250, 500, 1000];
const marks: Readonly<Record<Finding['result'], string>> = {
  passed: 'passed ',
  warning: 'WARNING',
  failed: 'FAILED ',
};

/** Checks a strategy, or all of the server's own, and prints what was found. Exit code 1 where one may not run. */
export async function checkCommand(
  dirs: { readonly project: string; readonly own: string },
  config: Config,
  name: string | undefined,
  values: Values,
): Promise<number> {
  if (name === undefined) {
    if (values.params !== '{}')
      throw new UsageError('--params are those of one strategy: its name is needed');
    let worst = 0;
    for (const file of await findFiles([dirs.project]))
      worst = Math.max(worst, await checkFile(file, config, values));
    return worst;
  }
  const file = (await findFiles([dirs.project, dirs.own])).find((one) => one.name === name);
  if (file === undefined) throw new CommandError(`there is no ${name}.ts in ${dirs.project} or ${dirs.own}`);
  return checkFile(file, config, values);
}

async function checkFile(file: StrategyFile, config: Config, values: Values): Promise<number> {
  const limits = { loadMs: 5000, ...limitsOf(config) };
  const market = await marketOf(values);
  const decisions = wholeNumber('decisions', values.decisions ?? '400', 10, 100_000);
  console.log(file.path);
  const strategy = await loadStrategy(file, limits).catch((error: unknown) =>
    error instanceof Error ? error : new Error(String(error)),
  );
  if (strategy instanceof Error) {
    console.log(`FAILED   load        ${strategy.message}`);
    return 1;
  }
  try {
    console.log(`${strategy.description.about}\nversion ${strategy.hash.slice(0, 12)}, on ${market.said}\n`);
    const params = await paramsOf(strategy, values.params ?? '{}');
    const how = { market, params, decisions, warmUps, limitMs: limits.decisionMs };
    const { passed, calls, findings } = await checkLoaded(strategy, how);
    for (const { check, result, message } of findings)
      console.log(`${marks[result]}  ${check.padEnd(10)}  ${message}`);
    console.log(`\n${calls} calls. ${passed ? 'It may run.' : 'It may not run.'}\n`);
    return passed ? 0 : 1;
  } finally {
    await strategy.close();
  }
}

async function paramsOf(strategy: LoadedStrategy, text: string): Promise<Readonly<Record<string, unknown>>> {
  const json = ((): unknown => {
    try {
      return JSON.parse(text);
    } catch {
      throw new UsageError(`--params ${text}: JSON is needed, as '{"length":40}'`);
    }
  })();
  const parsed = await strategy.parse(json);
  if ('error' in parsed) throw new UsageError(`--params: ${parsed.error}`);
  return parsed.params;
}

async function marketOf(values: Values): Promise<CheckMarket> {
  const timeframe = timeframeOption(values.timeframe ?? '1h');
  const symbol = symbolOption(values.symbol ?? 'BTC/USD');
  const options = { costBps: finiteNumber('cost-bps', values['cost-bps'] ?? '2', 0, 1000) };
  const market = { symbol, timeframe, options };
  if (values.candles === undefined) return { ...sampleMarket, ...market };
  const { candles } = await readCandles(values.candles, zoneOption(values.zone));
  return {
    ...market,
    said: values.candles,
    candles: (spacingMs, bars) => {
      if (candles.spacingMs > spacingMs)
        throw new DataError(
          `${values.candles}: candles of ${candles.spacingMs / 60_000} min; the strategy takes some of ${spacingMs / 60_000} min`,
        );
      return lastCandles(candles, Math.ceil((bars * spacingMs) / candles.spacingMs));
    },
  };
}

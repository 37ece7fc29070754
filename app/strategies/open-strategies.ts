import { openStrategies, type Strategies } from '../../workers/strategies/open-strategies.ts';
import type { Logger } from 'pino';
import { type Config, runsStrategies } from '../../config.ts';
import type { Markets } from '../markets.ts';
import type { Metrics } from '../metrics.ts';
import type { HealthSource } from '../health/health.ts';
import { atLoad, checkAtLoad } from './check-at-load.ts';
import { storedMarkets } from './stored-markets.ts';
import { strategyDirs } from './strategy-dirs.ts';
import { limitsOf } from './strategy-limits.ts';
import type { StoredCandles } from './whole-candles.ts';

interface OwnStrategiesOptions {
  readonly config: Config;
  readonly log: Logger;
  readonly metrics: Pick<Metrics, 'strategyFaults'>;
  readonly markets: Markets;
  /** What files are checked on before they run. */
  readonly candles: StoredCandles;
  /** How long a load waits for them, ms. @default 500 */
  readonly patienceMs?: number;
}

/** The strategies of this process: none is loaded before it is asked for. */
export function openOwnStrategies(options: OwnStrategiesOptions): Strategies {
  const { config, log, metrics } = options;
  const { project, own: others } = strategyDirs(config);
  const limits = limitsOf(config);
  const strategies = openStrategies({
    dirs: runsStrategies(config) ? [project, others] : [],
    limits,
    maxBars: config.HISTORY_SIZE,
    check: checkAtLoad(storedMarkets({ ...options, decisions: atLoad.decisions }), limits.decisionMs),
    onFault: (strategy, { kind, message }) => {
      metrics.strategyFaults.inc({ strategy, kind });
      const level = kind === 'stopped' ? 'debug' : 'warn';
      log[level]({ strategy, kind, reason: message }, 'a strategy was not listened to');
    },
  });
  strategies.changes.subscribe(({ name, hash, checkedOn, error }) => {
    if (error === null) log.info({ strategy: name, file: hash, checkedOn }, 'a strategy is loaded');
    else {
      const meanwhile = hash === null ? 'its closes are WAIT until it is mended' : 'what ran before goes on';
      log.error({ strategy: name, reason: error }, `a strategy cannot run: ${meanwhile}`);
    }
  });
  return strategies;
}

/** Which strategies do not run as their files are now; nothing where all do. */
export function strategiesHealth(strategies: Pick<Strategies, 'failures'>): HealthSource {
  return {
    parts: () => {
      const failures = strategies.failures();
      return failures.length === 0
        ? {}
        : { strategies: { state: 'degraded', reason: failures.map(({ error }) => error).join('; ') } };
    },
    reasons: () => [],
  };
}

import { checkLoaded } from '../../workers/strategies/check-loaded.ts';
import { openStrategies, type Strategies } from '../../workers/strategies/open-strategies.ts';
import type { Logger } from 'pino';
import { type Config, runsStrategies } from '../../config.ts';
import type { Metrics } from '../metrics.ts';
import type { HealthSource } from '../health/health.ts';
import { strategyDirs } from './strategy-dirs.ts';
import { limitsOf } from './strategy-limits.ts';

/** Closes that a file must decide well on before it runs, and those of them with another future: half a second's work for the built-in rule. */
const atLoad = { decisions: 24, futures: 1 };

/** The strategies of this process: none is loaded before it is asked for. */
export function openOwnStrategies(
  config: Config,
  log: Logger,
  metrics: Pick<Metrics, 'strategyFaults'>,
): Strategies {
  const { project, own: others } = strategyDirs(config);
  const limits = limitsOf(config);
  const strategies = openStrategies({
    dirs: runsStrategies(config) ? [project, others] : [],
    limits,
    maxBars: config.HISTORY_SIZE,
    check: (strategy) => checkLoaded(strategy, { ...atLoad, limitMs: limits.decisionMs }),
    onFault: (strategy, { kind, message }) => {
      metrics.strategyFaults.inc({ strategy, kind });
      const level = kind === 'stopped' ? 'debug' : 'warn';
      log[level]({ strategy, kind, reason: message }, 'a strategy was not listened to');
    },
  });
  strategies.changes.subscribe(({ name, hash, error }) => {
    if (error === null) log.info({ strategy: name, file: hash }, 'a strategy is loaded');
    else log.error({ strategy: name, reason: error }, 'a strategy cannot run: what ran before goes on');
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

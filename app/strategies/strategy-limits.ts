import type { Config } from '../../config.ts';

/** What a strategy may take. */
export const limitsOf = ({
  STRATEGY_TIMEOUT_MS,
  STRATEGY_MEMORY_MB,
}: Pick<Config, 'STRATEGY_TIMEOUT_MS' | 'STRATEGY_MEMORY_MB'>) => ({
  decisionMs: STRATEGY_TIMEOUT_MS,
  memoryMb: STRATEGY_MEMORY_MB,
});

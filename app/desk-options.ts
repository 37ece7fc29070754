import { currenciesOf } from '../schema/symbol/instrument.ts';
import type { SymbolActorOptions } from '../streams/symbol/symbol-actor.ts';
import type { Context } from './context.ts';

const minute = 60_000;

/** The gates and costs of the configuration, for whatever turns decisions into signals. */
export function deskOptions(
  { config, instruments }: Pick<Context, 'config' | 'instruments'>,
  calendar: SymbolActorOptions['desk']['calendar'],
): SymbolActorOptions['desk'] {
  return {
    calendar,
    news: {
      beforeMs: config.NEWS_WINDOW_BEFORE_MIN * minute,
      afterMs: config.NEWS_WINDOW_AFTER_MIN * minute,
      failMode: config.NEWS_FAIL_MODE,
      currenciesOf: (symbol) => currenciesOf(symbol, instruments.facts(symbol)),
    },
    risk: {
      maxPerDay: config.RISK_MAX_PER_DAY,
      maxPerHour: config.RISK_MAX_PER_HOUR,
      minSpacingMs: config.RISK_MIN_SPACING_MIN * minute,
      minReward: config.RISK_MIN_REWARD,
      ...(config.RISK_MIN_EXPECTED_R !== undefined && { minExpectedR: config.RISK_MIN_EXPECTED_R }),
    },
    costOf: (price) => (price * config.SPREAD_BPS) / 10_000,
  };
}

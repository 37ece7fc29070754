import type { Forecast } from '../../../schema/forecast.ts';
import type { Signal } from '../../../schema/signal.ts';
import { isPosted } from './issued-trade.ts';

/** The forecast of a signal for its levels. */
export const forecastOf = (signal: Signal): Forecast => ({
  id: signal.id,
  symbol: signal.symbol,
  timeframe: signal.timeframe,
  ...(signal.assignment !== undefined && { assignment: signal.assignment }),
  source: isPosted(signal) ? 'posted' : 'live',
  probability: signal.risk_metrics.prob_tp_hit,
});

import type { Logger } from 'pino';
import type { Config } from '../../config.ts';
import { knownMarket } from '../../models/decision/known-market.ts';
import { timeframeMs } from '../../schema/timeframe.ts';
import { withTimeout } from '../../store/with-timeout.ts';
import { foldColumns } from '../../strategy/checks/fold-columns.ts';
import { neededCandles } from '../../strategy/checks/needed-candles.ts';
import type { Needs } from '../../strategy/contract.ts';
import type { CheckMarket } from '../../workers/strategies/check-loaded.ts';
import { analyserSettings } from '../analyser-settings.ts';
import type { Markets } from '../markets.ts';
import { type AssignedPlace, assignedPlaces } from './assigned-places.ts';
import { type StoredCandles, wholeCandles } from './whole-candles.ts';

export interface StoredMarketsOptions {
  readonly config: Pick<Config, 'assignments' | 'SYMBOLS' | 'TIMEFRAMES' | 'SPREAD_BPS' | 'RISK_MIN_REWARD'>;
  readonly markets: Pick<Markets, 'of' | 'gridOf' | 'jumpLimitsOf'>;
  readonly log: Pick<Logger, 'warn'>;
  readonly candles: StoredCandles;
  /** Closes that are to be decided on. */
  readonly decisions: number;
  /** How long a load waits for the store, ms. @default 500 */
  readonly patienceMs?: number;
}

/** A market that a strategy decides on, with its assignment's parameters as the operator wrote them; or why there is none, as a clause. */
export type StoredMarket =
  | { readonly market: CheckMarket; readonly params: Readonly<Record<string, unknown>> }
  | { readonly why: string };

/** Symbols and timeframes that are tried for one strategy, and candles that are read of one: prices wait while rows are parsed. */
const most = { places: 24, candles: 6000 };

/**
 * Finds stored candles to check a strategy on: those of the first symbol and timeframe it is assigned to whose windows are whole, and without a flaw
 * that would let no rule be asked. Never rejects, nor takes longer than its patience: a load depends on no store.
 */
export function storedMarkets(
  options: StoredMarketsOptions,
): (strategy: string, needs: Needs) => Promise<StoredMarket> {
  const { config, log, patienceMs = 500 } = options;
  return async (strategy, needs) => {
    const until = performance.now() + patienceMs;
    const seek = async (): Promise<StoredMarket> => {
      const places = assignedPlaces(strategy, config).take(most.places).toArray();
      if (places.length === 0) return { why: 'it is assigned to nothing' };
      const isShort = ({ timeframe }: AssignedPlace) =>
        neededCandles(needs, timeframe, options.decisions).bars <= most.candles;
      if (!places.some(isShort)) return { why: `its windows are of more than ${most.candles} candles` };
      for (const place of places.filter(isShort)) {
        const market = await marketOf(place, needs, options);
        if (market !== undefined) return { market, params: place.params };
        // Nobody waits any more.
        if (performance.now() > until) break;
      }
      return { why: 'too few whole candles are stored of what it is assigned to' };
    };
    try {
      return await withTimeout(patienceMs, seek(), 'the store');
    } catch (error) {
      log.warn(
        { err: error, strategy },
        'a strategy is not checked on stored candles: they could not be read',
      );
      return { why: `stored candles could not be read within ${patienceMs} ms` };
    }
  };
}

async function marketOf(
  { symbol, timeframe }: AssignedPlace,
  needs: Needs,
  { config, markets, candles: stored, decisions }: StoredMarketsOptions,
): Promise<CheckMarket | undefined> {
  const { shortest, bars } = neededCandles(needs, timeframe, decisions);
  const wanted = { symbol, timeframe: shortest, bars, into: timeframe };
  const candles = await wholeCandles(stored, markets, wanted);
  if (candles === undefined) return undefined;
  const { spreadBps: costBps, minReward, jumpStepOf } = analyserSettings({ config, markets });
  const options = { costBps, minReward, jumpStep: jumpStepOf(symbol) };
  if (knownMarket(foldColumns(candles, timeframeMs[timeframe]), options).flaw() !== null) return undefined;
  const said = `stored candles of ${symbol} ${timeframe}`;
  return { said, symbol, timeframe, candles: () => candles, options };
}

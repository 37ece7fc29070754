import {
  defer,
  type MonoTypeOperatorFunction,
  retry,
  type SchedulerLike,
  tap,
  throwError,
  timer,
} from 'rxjs';
import type { WindowGrid } from '../../models/calendar/window-grid.ts';
import type { Candle } from '../../schema/candle.ts';
import type { Timeframe } from '../../schema/timeframe.ts';
import { StoreBusyError } from '../../sinks/writer/cause-queue.ts';
import { isDatabaseAway } from '../../store/database.ts';
import { restoreInBatches } from '../../store/restore/restore-in-batches.ts';
import { isUnknownSymbol } from '../../streams/provider/rest/parse-time-series.ts';
import type { Provider } from '../../streams/provider/open-provider.ts';
import type { SymbolMarket } from '../../streams/symbol/symbol-actor.ts';
import type { SymbolsOptions } from '../../streams/symbol/symbols.ts';
import type { Analysis } from './analysis.ts';
import type { Context } from '../context.ts';
import { deskOptions } from '../desk-options.ts';
import { teachOutcomes } from '../teach-outcomes.ts';
import type { News } from './news.ts';
import type { WrittenStorage } from './open-writer.ts';
import { visitorsOf } from '../visitors.ts';

/** What a symbol's actor is given of the server: its limits, the store, the analysis and whom to tell. */
export function actorOptions(
  context: Context,
  { store, writer }: WrittenStorage,
  {
    analyser,
    states,
    learning,
    experiences,
  }: Pick<Analysis, 'analyser' | 'states' | 'learning' | 'experiences'>,
  { refuse }: Pick<Provider, 'refuse'>,
  { calendar }: Pick<News, 'calendar'>,
): SymbolsOptions['actor'] {
  const { config, log, metrics, markets, wall, now, assignments } = context;
  const { TIMEFRAMES: timeframes, HISTORY_SIZE: historySize } = config;
  const outcomes = teachOutcomes(learning);
  const restored = restoreInBatches({
    read: (queries) => store.restore(queries, { timeframes, historySize, now: now() }),
    onDrained: (drained) => log.debug(drained, 'symbols restored'),
  });
  return {
    timeframes: config.TIMEFRAMES,
    historySize: config.HISTORY_SIZE,
    graceMs: config.CANDLE_GRACE_MS,
    assignmentsOf: assignments.of,
    isAnalysed: visitorsOf(config).isAnalysed,
    isConfigured: visitorsOf(config).isConfigured,
    marketOf: markets.of,
    jumpLimitsOf: markets.jumpLimitsOf,
    gridOf: markets.gridOf,
    isProviderGrid: markets.isProviderGrid,
    foldFrom: markets.foldFrom,
    restore: (symbol) =>
      defer(async () => {
        // What the life before has decided is to be found there.
        await writer.settled();
        const opens = timeframes.map((timeframe) => markets.gridOf(symbol, timeframe).openOf(now()));
        const stored = await restored({ symbol, formingFrom: Math.min(...opens) });
        return {
          ...stored,
          candles: onGrid(stored.candles, (one) => markets.gridOf(symbol, one), markets.of(symbol)),
        };
      }).pipe(
        whileAway(wall),
        tap(({ experience, signals: { signals } }) => {
          experiences.restore(symbol, experience, now());
          for (const signal of signals) if (signal.status === 'open') outcomes.follow(signal);
        }),
      ),
    analyser,
    desk: deskOptions(context, calendar),
    onSignal: outcomes.hear,
    onLate: (symbol) => metrics.ticksLate.inc({ symbol }),
    onRestFailure: (error, symbol, timeframe) => {
      const reason = error instanceof Error ? error.message : String(error);
      log.warn({ reason, symbol, timeframe }, 'REST gave no candles; asked again later');
      if (isUnknownSymbol(error)) refuse(symbol);
    },
    onAnalysisFailure: (error, { symbol, timeframe, closeTime }, assignment) => {
      log.error(
        { err: error, symbol, timeframe, closeTime, assignment: assignment?.id },
        'an analysis failed',
      );
      if (assignment !== undefined) states.failed(assignment.id, error);
    },
    onSuperseded: ({ timeframe }) => metrics.analysesSuperseded.inc({ timeframe }),
  };
}

/** Without candles of other windows than today's: they were stored under hours, or an alignment, that no longer hold. */
const onGrid = (
  candles: ReadonlyMap<Timeframe, readonly Candle[]>,
  gridOf: (timeframe: Timeframe) => WindowGrid,
  { openMillis }: Pick<SymbolMarket, 'openMillis'>,
): ReadonlyMap<Timeframe, readonly Candle[]> =>
  new Map(
    [...candles].map(([timeframe, all]) => {
      const { openOf, closeOf, inSession } = gridOf(timeframe);
      const isWindow = ({ openTime, closeTime }: Candle) =>
        openOf(openTime) === openTime &&
        closeOf(openTime) === closeTime &&
        (inSession(openTime) || openMillis(openTime, closeTime) > 0);
      return [timeframe, all.filter(isWindow)];
    }),
  );

/** An absent database is waited for: it is no fault of the symbol's. */
const whileAway = <T>(wall: SchedulerLike): MonoTypeOperatorFunction<T> =>
  retry({
    delay: (error) =>
      isDatabaseAway(error) || error instanceof StoreBusyError ? timer(1_000, wall) : throwError(() => error),
  });

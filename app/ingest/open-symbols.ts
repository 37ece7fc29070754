import { Subscription } from 'rxjs';
import type { Provider } from '../../streams/provider/open-provider.ts';
import { symbols, type Symbols } from '../../streams/symbol/symbols.ts';
import { actorOptions } from './actor-options.ts';
import type { Analysis } from './analysis.ts';
import type { Context } from '../context.ts';
import type { News } from './news.ts';
import type { WrittenStorage } from './open-writer.ts';
import { createSymbolStatus, type SymbolStatus } from './symbol-status.ts';
import { visitorsOf } from '../visitors.ts';

/** The stream of all actors, and what `/symbols` tells of them. */
export interface OpenSymbols extends Symbols {
  readonly status: SymbolStatus;
}

/** An actor a symbol, with what is logged, counted and forgotten of each. Nothing flows until somebody subscribes. */
export function openSymbols(
  context: Context,
  storage: WrittenStorage,
  analysis: Analysis,
  provider: Provider,
  news: Pick<News, 'calendar'>,
): OpenSymbols {
  const { config, log, metrics, instruments, markets, time, now, own } = context;
  const running = new Subscription();
  own({ close: () => running.unsubscribe() });
  running.add(
    instruments.changed$.subscribe((symbol) => {
      const { market, decidedBy } = instruments.of(symbol);
      log.info(
        { symbol, ...instruments.facts(symbol), market, decidedBy },
        'the provider says what a symbol is',
      );
    }),
  );
  const opened = own(
    symbols({
      time,
      provider,
      actor: actorOptions(context, storage, analysis, provider, news),
      changed$: instruments.changed$,
      isNeeded: (symbol) => analysis.isOpen(symbol),
      // It counts from 0, or its first failure would be no increase.
      onWatched: (symbol) => metrics.actorRestarts.inc({ symbol }, 0),
      onRestart: (symbol, error) => {
        metrics.actorRestarts.inc({ symbol });
        log.error({ err: error, symbol }, 'a symbol failed and starts again');
      },
      onStop: (symbol, error) =>
        log.error({ err: error, symbol }, 'a symbol failed too often and stands still'),
    }),
  );
  const status = createSymbolStatus({
    now,
    isTimeKnown: time.isKnown,
    markets,
    instruments,
    staleMs: config.TICK_STALE_MS,
    timeframes: config.TIMEFRAMES,
    pinned: new Set(config.SYMBOLS),
    isAnalysed: visitorsOf(config).isAnalysed,
    feedState: () => provider.state().state,
    symbols: opened,
  });
  running.add(
    opened.released$.subscribe((symbol) => {
      for (const book of [
        status,
        analysis.spreads,
        analysis.profiles,
        analysis.experiences,
        instruments,
        provider.lags,
      ])
        book.forget(symbol);
      for (const metric of [metrics.ticks, metrics.ticksLate, metrics.feedLag, metrics.actorRestarts])
        metric.remove({ symbol });
    }),
  );
  return { ...opened, status };
}

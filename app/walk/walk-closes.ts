import { filter, map, type Observable, share, Subject, type SchedulerLike } from 'rxjs';
import { analyseCloses, type AnalyseClosesOptions } from '../../operators/analysis/analyse-closes.ts';
import type { AnalysedClose } from '../../operators/analysis/analysed-close.ts';
import { foldWindows, type ManyMinutes } from '../../operators/candles/fold-windows.ts';
import { keepCandles } from '../../operators/candles/keep-candles.ts';
import type { Candle } from '../../schema/candle.ts';
import type { CandleEvent } from '../../schema/market-event.ts';
import { minuteMs, type Timeframe } from '../../schema/timeframe.ts';
import type { SymbolActorOptions } from '../../streams/symbol/symbol-actor.ts';
import { type Histories, restoredHistories, windowUpTo } from '../../streams/symbol/symbol-histories.ts';

export interface WalkClosesOptions
  extends
    Pick<SymbolActorOptions, 'timeframes' | 'historySize' | 'marketOf' | 'gridOf'>,
    Pick<AnalyseClosesOptions, 'analyse' | 'bars' | 'columnsOf' | 'isJudged' | 'onFailure' | 'tradedMillis'> {
  readonly clock: SchedulerLike;
  readonly slices: NonNullable<AnalyseClosesOptions['slices']>;
  /** @default all */
  readonly isAnalysed?: (candle: Candle) => boolean;
  /** The closed candles up to one. @default those of the histories */
  readonly windowOf?: (candle: Candle) => readonly Candle[];
  /** The candles come in the one timeframe that is wanted: nothing is folded. @default false */
  readonly areWhole?: boolean;
}

/** The closed candles of a symbol on its way through the past, and their analyses. */
export interface WalkCloses {
  readonly histories: Histories;
  /** Closed candles of every timeframe, behind their analyses, whose window is to be there. */
  readonly candles$: Observable<Candle>;
  readonly closes$: Observable<AnalysedClose>;
  /** `[from, to)` is over, with the candle that opened at `from`, or without a trade. */
  readonly close: (from: number, to: number, candle: Candle | undefined) => void;
  /** Many minutes at once, where only the longer candles that they make are of interest. */
  readonly many: (minutes: Omit<ManyMinutes, 'kind'>) => void;
}

/**
 * A symbol's candles and analyses by the operators of the live ones, on whatever clock it is given: as `symbol-actor.ts`, but from whole
 * candles, so that there is nothing to close late or to repair. Fails nowhere: an analysis that does is reported.
 */
export function walkCloses(symbol: string, options: WalkClosesOptions): WalkCloses {
  const { clock, timeframes, historySize, slices, isAnalysed = () => true, areWhole = false } = options;
  const market = options.marketOf(symbol);
  const gridOf = (timeframe: Timeframe) => options.gridOf(symbol, timeframe);
  const histories = restoredHistories(symbol, timeframes, historySize, new Map());
  const events$ = new Subject<CandleEvent | ManyMinutes>();
  const folded$ = areWhole
    ? events$.pipe(filter(isSingle))
    : events$.pipe(foldWindows({ symbol, clock, timeframes, gridOf, isOpen: market.isOpen }));
  const kept$ = folded$.pipe(keepCandles(histories), filter(isCandle), share());
  return {
    histories,
    candles$: kept$.pipe(map(({ candle }) => candle)),
    closes$: kept$.pipe(
      filter(({ candle }) => isAnalysed(candle)),
      analyseCloses({
        ...options,
        openMillis: market.openMillis,
        slices,
        windowOf: options.windowOf ?? ((candle) => windowUpTo(histories.get(candle.timeframe), candle)),
      }),
    ),
    many: (minutes) => events$.next({ kind: 'many', ...minutes }),
    close: (from, to, candle) => {
      if (candle !== undefined) events$.next({ kind: 'candle', candle, timely: true });
      if (areWhole) return;
      // Of a minute with a candle nothing else is taken.
      if (candle === undefined || to - from > minuteMs)
        events$.next({ kind: 'quiet', from, to, heard: true });
      events$.next({ kind: 'decided', to });
    },
  };
}

type Close = Extract<CandleEvent, { kind: 'candle' }>;
const isCandle = (event: CandleEvent): event is Close => event.kind === 'candle';
const isSingle = (event: CandleEvent | ManyMinutes): event is CandleEvent => event.kind !== 'many';

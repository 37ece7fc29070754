import { merge, Subject } from 'rxjs';
import { candlesOfBars } from '../../operators/candles/candles-of-bars.ts';
import { bursts } from '../../operators/rx/bursts.ts';
import type { Bar, Candle } from '../../schema/candle.ts';
import type { MarketInput } from '../../schema/market-event.ts';
import type { SignalEvent } from '../../schema/signal-event.ts';
import type { Tick } from '../../schema/tick.ts';
import { minuteMs } from '../../schema/timeframe.ts';
import { walkCloses, type WalkClosesOptions } from '../walk/walk-closes.ts';
import { walkSignals, type WalkSignalsOptions } from '../walk/walk-signals.ts';

export type WalkSymbolOptions = Omit<WalkClosesOptions, 'areWhole'> & Omit<WalkSignalsOptions, 'histories'>;

/** One symbol on its way through the past. */
export interface SymbolWalk {
  /** Prices, which end its open signals. */
  readonly ticks: (ticks: readonly Tick[]) => void;
  /** The minute that opens then has closed, with its bar, or without a trade. */
  readonly close: (openTime: number, bar: Bar | undefined) => void;
  /** Closed candles so far, in the order of their closes. */
  readonly candles: readonly Candle[];
  /** Takes the signal events, cause by cause, since the last call. */
  readonly taken: () => (readonly SignalEvent[])[];
  readonly end: () => void;
}

/** A symbol's candles, analyses and signals through the past, its minutes from bars and its prices as ticks. */
export function walkSymbol(symbol: string, options: WalkSymbolOptions): SymbolWalk {
  const closes = walkCloses(symbol, options);
  const ticks$ = new Subject<MarketInput>();
  const candles: Candle[] = [];
  let causes: (readonly SignalEvent[])[] = [];

  const signals$ = merge(ticks$, closes.closes$).pipe(
    walkSignals(symbol, { ...options, histories: closes.histories }),
    bursts(),
  );
  // Behind the analyses, whose window is to be there.
  const running = signals$.subscribe((events) => causes.push(events));
  running.add(closes.candles$.subscribe((candle) => candles.push(candle)));
  const grid = options.gridOf(symbol, '1min');

  return {
    candles,
    ticks: (ticks) => {
      for (const tick of ticks) ticks$.next({ kind: 'tick', tick });
    },
    close: (openTime, bar) => {
      const [candle] = bar === undefined ? [] : candlesOfBars([bar], { symbol, timeframe: '1min', grid });
      closes.close(openTime, openTime + minuteMs, candle);
    },
    taken: () => {
      const taken = causes;
      causes = [];
      return taken;
    },
    end: () => running.unsubscribe(),
  };
}

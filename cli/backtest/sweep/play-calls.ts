import { Subject } from 'rxjs';
import { walkCloses } from '../../../app/walk/walk-closes.ts';
import { walkSignals } from '../../../app/walk/walk-signals.ts';
import type { Analysis } from '../../../models/decision/analysis.ts';
import { quietAnalysis } from '../../../models/decision/quiet-analysis.ts';
import { MODEL_VERSION } from '../../../models/decision/call-analysis.ts';
import { toDecision } from '../../../operators/analysis/to-decision.ts';
import { UNTAUGHT } from '../../../operators/signals/outcomes/learning-book.ts';
import type { SignalInput } from '../../../operators/signals/signal-input.ts';
import type { AskedStrategy } from '../../../strategy/run/analyse-stretch.ts';
import { candlesUpTo } from '../analyse-bars.ts';
import { createEventClock } from '../file/event-clock.ts';
import { type FileMarket, fileMarkets } from '../file/file-market.ts';
import { createFilePrices } from '../file/file-prices.ts';
import { createLatePrices } from '../file/late-prices.ts';
import type { FoldedFile } from '../file/fold-file.ts';
import { dataEnd } from '../follow-trades.ts';
import { createPlayedSignals, type Played } from '../played-signals.ts';
import { deskOf } from '../reading.ts';
import type { SweptCall, SweptCalls } from './sweep-calls.ts';

export interface PlayCallsOptions {
  readonly market: FileMarket;
  readonly folded: FoldedFile;
  readonly settings: readonly AskedStrategy[];
  readonly calls: SweptCalls;
  readonly costBps: number;
  readonly onProgress: (done: number, all: number) => void;
}

/** Candles of the file after which desks are looked at that nobody has called. */
const KEEP_UP = 10_000;
/** How long the server's candle windows wait for late ticks by default, ms. */
const graceMs = 1000;

/**
 * Plays what many settings call, each at a desk of its own, on one walk through the file: `playSignals` without gates, for calls whose odds nobody
 * has computed and whose results teach nothing. In the order of the settings.
 */
export async function playCalls(play: PlayCallsOptions): Promise<readonly Played[]> {
  const { market, folded, settings, calls, costBps, onProgress } = play;
  const { minutes, symbol, timeframe } = market;
  const clock = createEventClock();
  const failures: unknown[] = [];
  const { of: marketOf, gridOf, jumpLimitsOf } = fileMarkets;
  const walk = walkCloses(symbol, {
    clock,
    timeframes: [timeframe],
    historySize: 1000,
    marketOf,
    gridOf,
    areWhole: true,
    isAnalysed: () => false,
    slices: () => () => {},
    analyse: () => [],
  });
  const { histories } = walk;
  const desk = deskOf({ gates: null });
  const running = walk.candles$.subscribe();
  const prices = createFilePrices(symbol, minutes);
  const players = settings.map(() => {
    const kept = createPlayedSignals();
    const input$ = new Subject<SignalInput>();
    const signals$ = input$.pipe(
      walkSignals(symbol, { clock, histories, marketOf, gridOf, jumpLimitsOf, desk }),
    );
    const subscription = signals$.subscribe({
      next: (event) => kept.take(event),
      error: (error) => void failures.push(error),
    });
    const told = createLatePrices(prices, {
      get isFollowing() {
        return kept.isFollowing;
      },
      market: (inputs) => {
        for (const input of inputs) input$.next(input);
      },
    });
    return { kept, input$, subscription, told };
  });

  let keptUp = 0;
  for (const [bar, candle] of folded.closed.entries()) {
    const { openTime, closeTime } = candle;
    const called = await calls.at(bar);
    clock.time = closeTime + graceMs;
    if (prices.known(closeTime) >= keptUp + KEEP_UP) {
      keptUp = prices.known(closeTime);
      for (const { told } of players) told.keepUp(closeTime);
    }
    walk.close(openTime, closeTime, candle);
    const columns = candlesUpTo(folded.candles, bar);
    const cost = (costBps / 10_000) * candle.close;
    for (const call of called) {
      const context = { symbol, timeframe, closeTime, columns, options: { costBps }, learning: UNTAUGHT };
      const decision = toDecision(analysisOf(call, candle.close), { ...context, isUnhashed: true });
      const close = { kind: 'analysed', source: 'live', symbol, timeframe, closeTime } as const;
      const { horizonBars } = call;
      const { told, input$ } = players[call.setting]!;
      told.upTo(closeTime);
      input$.next({
        ...close,
        timely: true,
        columns,
        quality: null,
        decision,
        horizonBars,
        cost,
      });
    }
    if (failures.length > 0) throw failures[0];
    onProgress(bar + 1, folded.closed.length);
  }
  const end = dataEnd(minutes);
  for (const { told } of players) told.upTo(end);
  running.unsubscribe();
  return players.map(({ kept, subscription }) => {
    subscription.unsubscribe();
    return kept.played(end);
  });
}

/** A call without odds. */
function analysisOf({ side, tp, sl, horizonBars }: SweptCall, entry: number): Analysis {
  const frame = { modelVersion: MODEL_VERSION, seed: 1, entry, horizonBars };
  return { ...quietAnalysis(frame, null, 'Called.'), direction: side === 1 ? 'BUY' : 'SELL', tp, sl };
}

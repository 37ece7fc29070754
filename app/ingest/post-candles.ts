import type { HttpDeps } from '../../http/http-deps.ts';
import { analysePosted } from '../../operators/analysis/analyse-posted.ts';
import type { WindowAnalyser } from '../../operators/analysis/analyse-window.ts';
import type { AnalysedClose } from '../../operators/analysis/analysed-close.ts';
import type { TaughtClose } from '../../operators/signals/outcomes/learning-book.ts';
import { timeframeMs } from '../../schema/timeframe.ts';
import { busy } from './busy.ts';
import type { PostedCloses } from './posted-closes.ts';

export interface PostCandlesOptions {
  readonly analyserOf: (close: TaughtClose) => WindowAnalyser;
  /** Hands a posted close to its symbol's actor, which it starts where there is none. */
  readonly post: (close: AnalysedClose) => Promise<void>;
  readonly posted: PostedCloses;
}

/** Candles of an outside source: analysed, handed to their symbol's actor, answered once the decision is committed. */
export function createPostCandles({ analyserOf, post, posted }: PostCandlesOptions): HttpDeps['postCandles'] {
  return async ({ symbol, timeframe, candles }) => {
    const closeTime = (candles.at(-1)?.openTime ?? Number.NaN) + timeframeMs[timeframe];
    const analyser = analyserOf({ symbol, timeframe, closeTime, source: 'posted' });
    const close = await busy(analysePosted(symbol, timeframe, candles, analyser));
    const { changed, repeated, signalId, events } = await busy(posted.decided(close, post));
    const own = events.find((event) => event.kind === 'decided');
    return {
      status: 'success',
      symbol,
      timeframe,
      received: candles.length,
      signal_changed: changed,
      repeated,
      signal_id: signalId,
      decision: own?.decision ?? close.decision,
    };
  };
}

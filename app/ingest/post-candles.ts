import { Problem } from '../../http/problem.ts';
import type { HttpDeps } from '../../http/http-deps.ts';
import { analysePosted } from '../../operators/analysis/analyse-posted.ts';
import type { WindowAnalyser } from '../../operators/analysis/analyse-window.ts';
import type { AnalysedClose } from '../../operators/analysis/analysed-close.ts';
import type { TaughtClose } from '../../operators/signals/outcomes/learning-book.ts';
import { clockSkewMs } from '../../schema/posted-candles.ts';
import { type Timeframe, timeframeMs } from '../../schema/timeframe.ts';
import { busy } from './busy.ts';
import { inOrder } from './in-order.ts';
import type { PostedCloses } from './posted-closes.ts';

export interface PostCandlesOptions {
  readonly analyserOf: (close: TaughtClose) => WindowAnalyser;
  /** Hands a posted close to its symbol's actor, which it starts where there is none. */
  readonly post: (close: AnalysedClose) => Promise<void>;
  readonly posted: PostedCloses;
  /** The market's time, Unix ms; undefined while it is not known, and then nothing is decided. */
  readonly now: () => number | undefined;
}

/**
 * Candles of an outside source: analysed, handed to their symbol's actor, answered once the decision is committed. Those of one symbol
 * and timeframe are taken one after the other, as they came. Rejects with Problem 409 `not_closed` where the last candle is still open.
 */
export function createPostCandles(options: PostCandlesOptions): HttpDeps['postCandles'] {
  const { analyserOf, post, posted, now } = options;
  const queue = inOrder();
  return (body) =>
    queue(`${body.symbol} ${body.timeframe}`, async () => {
      const { symbol, timeframe, candles } = body;
      const closeTime = candles.at(-1)!.openTime + timeframeMs[timeframe];
      refuseOpen(closeTime, timeframe, now());
      const analyser = analyserOf({ symbol, timeframe, closeTime, source: 'posted' });
      const close = await busy(analysePosted(symbol, timeframe, candles, analyser));
      const { changed, repeated, stale, signalId, decision } = await busy(posted.decided(close, post));
      return {
        status: 'success',
        symbol,
        timeframe,
        received: candles.length,
        close_time: closeTime,
        signal_changed: changed,
        repeated,
        stale,
        signal_id: signalId,
        decision: decision ?? close.decision,
      };
    });
}

/** The last bar that terminals and exchanges give is the one that forms: its prices are no close. */
function refuseOpen(closeTime: number, timeframe: Timeframe, now: number | undefined): void {
  if (now === undefined || closeTime <= now + clockSkewMs) return;
  const iso = (time: number) => new Date(time).toISOString();
  throw new Problem(
    409,
    'not_closed',
    `the last ${timeframe} candle closes at ${iso(closeTime)} and it is ${iso(now)}: nothing was decided; leave out the candle that still forms (times are of the open, in UTC)`,
    {},
    { close_time: closeTime, now },
  );
}

import { Problem } from '../../http/problem.ts';
import type { HttpDeps } from '../../http/http-deps.ts';
import { analysePosted } from '../../operators/analysis/analyse-posted.ts';
import type { WindowAnalysers } from '../../operators/analysis/window-analysers.ts';
import type { AnalysedClose } from '../../operators/analysis/analysed-close.ts';
import { type Assignment, isFor, ownerOf } from '../../schema/strategies/assignment.ts';
import type { CandleCompleteBody } from '../../schema/analyze.ts';
import { clockSkewMs } from '../../schema/posted-candles.ts';
import { type Timeframe, timeframeMs } from '../../schema/timeframe.ts';
import { busy } from './busy.ts';
import { inOrder } from './in-order.ts';
import type { PostedCloses } from './posted-closes.ts';

export interface PostCandlesOptions {
  readonly analyserOf: WindowAnalysers['of'];
  /** Who decides on a symbol, in this order. @default the default assignment */
  readonly assignmentsOf?: (symbol: string) => readonly Assignment[];
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
  const { analyserOf, assignmentsOf, post, posted, now } = options;
  const queue = inOrder();
  const decidedBy = async (body: CandleCompleteBody, closeTime: number, assignment?: Assignment) => {
    const { symbol, timeframe, candles } = body;
    const taught = { symbol, timeframe, closeTime, source: 'posted' } as const;
    const analyser = analyserOf(taught, { lane: 'request' }, assignment);
    const close = await busy(analysePosted(symbol, timeframe, candles, analyser, assignment?.bars));
    const { changed, repeated, stale, signalId, decision } = await busy(posted.decided(close, post));
    return {
      ...ownerOf(close.decision),
      signal_changed: changed,
      repeated,
      stale,
      signal_id: signalId,
      decision: decision ?? close.decision,
    };
  };
  return (body) =>
    queue(`${body.symbol} ${body.timeframe}`, async () => {
      const { symbol, timeframe, candles } = body;
      const closeTime = candles.at(-1)!.openTime + timeframeMs[timeframe];
      refuseOpen(closeTime, timeframe, now());
      const assigned = assignmentsOf === undefined ? [undefined] : decidersOf(body, assignmentsOf(symbol));
      // One after the other: what the first opens on a channel keeps the second from it.
      const verdicts: Awaited<ReturnType<typeof decidedBy>>[] = [];
      for (const one of assigned) verdicts.push(await decidedBy(body, closeTime, one));
      return {
        status: 'success',
        symbol,
        timeframe,
        received: candles.length,
        close_time: closeTime,
        ...verdicts[0]!,
        ...(verdicts.length > 1 && { assignments: verdicts }),
      };
    });
}

/** Who decides on posted candles. Throws Problem 409 `unassigned` where nobody does. */
function decidersOf(
  { symbol, timeframe, candles }: CandleCompleteBody,
  all: readonly Assignment[],
): readonly Assignment[] {
  const assigned = all.filter((one) => isFor(one, symbol, timeframe));
  const able = assigned.filter(({ bars }) => candles.length >= bars);
  if (able.length > 0) return able;
  const why =
    assigned.length === 0
      ? `no strategy is assigned to ${symbol} ${timeframe}: nothing was decided; see STRATEGIES_FILE`
      : `${candles.length} candles were posted, and ${assigned.map(({ id, bars }) => `${id} takes ${bars}`).join(', ')}: nothing was decided`;
  throw new Problem(409, assigned.length === 0 ? 'unassigned' : 'insufficient_data', why);
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

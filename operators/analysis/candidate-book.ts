import type { Analysis } from '../../models/decision/analysis.ts';
import { modelOdds } from '../../models/decision/experienced-analysis.ts';
import type { CandleColumns } from '../../models/candle-columns.ts';
import { type Came, INEXPERIENCED, type Experience, learnt } from '../../models/odds/experience.ts';
import type { PassageOdds } from '../../models/odds/first-passage.ts';
import { followBar, openTrade, type Trade } from '../signals/outcomes/outcomes.ts';

export interface CandidateBookOptions {
  /** Close of the `bars`-th market bar after a close, Unix ms. */
  readonly horizonEnd: (closeTime: number, bars: number) => number;
  /** Are two prices in a row in different units? @default never */
  readonly restated?: Trade['restated'];
  /** What was known before. @default nothing */
  readonly experience?: Experience | undefined;
  /** At which close, Unix ms, where what was followed does not say it. @default any */
  readonly until?: number | undefined;
  /** What was followed before, with the candidates of then; of those that were over the book takes none. @default nothing */
  readonly following?: (Followed & { readonly waiting: readonly KeptCandidate[] }) | undefined;
}

/** A candidate on its way. */
export interface KeptCandidate {
  readonly levels: Levels;
  /** Of its horizon. */
  readonly bars: number;
  /** The model's, when it was taken. */
  readonly odds: PassageOdds;
  readonly weight: number;
  readonly came: Came | 'unknown' | null;
}

/** How far a book has followed its candidates: with them, all that it needs to go on as if it had never stopped. See `Following` of schema. */
interface Followed {
  readonly until: number;
  readonly since: number | null;
  readonly taken: readonly (readonly [every: number, closes: number])[];
}

/** The candidates of one rule on one market's candles, called or not, and what they teach of the odds. */
export interface CandidateBook {
  /** Undefined before the first candidate has come to its end. */
  readonly experience: Experience | undefined;
  /** Close of the last candle that was seen, Unix ms. */
  readonly until: number;
  readonly following: Followed;
  /** Closes that it has seen. */
  readonly closes: number;
  /** Candidates that were taken, or have come to something which a later window may not show any more, since this was asked last. */
  takeChanged(): readonly KeptCandidate[];
  /** Closed candles, oldest first, the last of them just closed. */
  close(candles: CandleColumns, closeTime: number): void;
  /** The analysis of that close; another one's is not followed. */
  add(analysis: Analysis, closeTime: number): void;
}

type Levels = Omit<Parameters<typeof openTrade>[0], 'restated'>;

interface Waiting extends Omit<KeptCandidate, 'came'> {
  /** As it was followed so far, candle by candle. */
  readonly trade: Trade;
  came: KeptCandidate['came'];
}

/** Candidates of one horizon that are followed at a time: of a longer one only every second, third and so on is. */
const MOST = 32;

/**
 * Follows what a rule's candidates come to, on the candles themselves, and learns from each when its horizon is over, however soon it met a level:
 * what is quick to come must not be learned before what is slow. A candidate counts one over those that share its horizon. Where the
 * window still holds the whole horizon it is judged by the candles as they are by then: holes have been filled, wrong prices mended.
 */
export function createCandidateBook(options: CandidateBookOptions): CandidateBook {
  const { horizonEnd, restated, following } = options;
  const begin = (levels: Levels): Trade => openTrade({ ...levels, ...(restated && { restated }) });
  let { experience } = options;
  let until = following?.until ?? options.until ?? Number.NEGATIVE_INFINITY;
  let since = following?.since ?? null;
  let waiting = (following?.waiting ?? [])
    .filter(({ levels }) => levels.expiresAt > until && levels.from >= (since ?? 0))
    .map((one): Waiting => Object.assign({ trade: begin(one.levels) }, one));
  const changed = new Set<KeptCandidate>();
  let closes = 0;
  /** The close at which the last candidate was taken, by how many bars apart those of its horizon are. */
  const taken = new Map(following?.taken.map(([every, ago]) => [every, -ago]));

  const learn = (candles: CandleColumns): void => {
    for (const { levels, odds, weight, came } of waiting.filter(({ trade }) => trade.expiresAt <= until)) {
      const isWhole = candles.time[0]! <= levels.from;
      const now = isWhole ? follow(begin(levels), candles, from(candles, levels.from)) : came;
      if (now !== 'unknown') experience = learnt(experience ?? INEXPERIENCED, odds, now ?? 'neither', weight);
    }
    waiting = waiting.filter(({ trade }) => trade.expiresAt > until);
    // In a backtest nobody asks for them.
    for (const one of changed) if (one.levels.expiresAt <= until) changed.delete(one);
  };

  return {
    get experience() {
      return experience;
    },
    get until() {
      return until;
    },
    get following() {
      return { until, since, taken: [...taken].map(([every, at]) => [every, closes - at] as const) };
    },
    get closes() {
      return closes;
    },
    takeChanged() {
      const all = [...changed];
      changed.clear();
      return all;
    },
    close(candles, closeTime) {
      if (closeTime <= until) return;
      const first = from(candles, until);
      if (first === 0 && waiting.length > 0) {
        // Candles between are not in the window: nobody knows what they met.
        waiting = [];
        since = closeTime;
      }
      for (const one of waiting) {
        if (one.came !== null) continue;
        one.trade.last = candles.close[first - 1]!;
        one.came = follow(one.trade, candles, first);
        // The window may be too short for its whole horizon.
        if (one.came !== null && one.bars >= candles.time.length) changed.add(one);
      }
      until = closeTime;
      closes++;
      learn(candles);
    },
    add({ candidate, modelTrade, entry, horizonBars }, closeTime) {
      if (closeTime !== until || candidate === null || modelTrade === null) return;
      const every = Math.ceil(horizonBars / MOST);
      const apart = closes - (taken.get(every) ?? closes - every);
      if (apart < every) return;
      taken.set(every, closes);
      const { direction, tp, sl } = candidate;
      const side = direction === 'BUY' ? 1 : -1;
      const expiresAt = horizonEnd(until, horizonBars);
      const levels = { id: '', direction: side, entry, tp, sl, from: until, expiresAt, cost: 0 } as const;
      const weight = Math.min(1, apart / horizonBars);
      const odds = modelOdds(modelTrade);
      const one: Waiting = { levels, bars: horizonBars, trade: begin(levels), odds, weight, came: null };
      waiting.push(one);
      changed.add(one);
    },
  };
}

/** The first candle that opens at or after a time. */
function from({ time }: CandleColumns, since: number): number {
  let first = time.length;
  while (first > 0 && time[first - 1]! >= since) first--;
  return first;
}

/** What a trade meets in the candles from one on; null where that is not known yet. */
function follow(trade: Trade, candles: CandleColumns, first: number): Waiting['came'] {
  const { time, open, high, low, close } = candles;
  for (let t = first; t < time.length; t++) {
    const openTime = time[t]!;
    const bar = { openTime, open: open[t]!, high: high[t]!, low: low[t]!, close: close[t]! };
    const outcome = followBar(trade, bar, openTime);
    if (outcome !== null) return cameOf(outcome);
  }
  return null;
}

/** A candle that holds both levels does not tell which came first: signals are judged by prices, and SL would be learned too often. */
function cameOf({ status, ambiguous_bar }: NonNullable<ReturnType<typeof followBar>>): Waiting['came'] {
  if (ambiguous_bar) return 'either';
  return status === 'tp' ? 'up' : status === 'sl' ? 'down' : status === 'expired' ? 'neither' : 'unknown';
}

import type { Analysis } from '../../models/decision/analysis.ts';
import type { CandleColumns } from '../../models/candle-columns.ts';
import { isRestated } from '../../models/chart/is-restated.ts';
import type { JumpLimits } from '../../models/chart/jump-limits.ts';
import { type Experience, EXPERIENCE_VERSION } from '../../models/odds/experience.ts';
import type { FollowedChange, KeptExperience } from '../../schema/strategies/experience.ts';
import { clockSkewMs } from '../../schema/posted-candles.ts';
import { DEFAULT_ASSIGNMENT } from '../../schema/strategies/assignment.ts';
import type { Timeframe } from '../../schema/timeframe.ts';
import { type CandidateBook, type CandidateBookOptions, createCandidateBook } from './candidate-book.ts';
import { CANDIDATE_VERSION, candidatesOf, candidateText } from './candidate-bytes.ts';

/** Whose candidates: of an assignment on a symbol's candles. */
export interface Experienced {
  readonly symbol: string;
  readonly timeframe: Timeframe;
  /** @default the default one */
  readonly assignment?: string | undefined;
}

export interface ExperienceBookOptions {
  /** Close of the `bars`-th market bar after a close, Unix ms. */
  readonly horizonEnd: (symbol: string, timeframe: Timeframe, closeTime: number, bars: number) => number;
  /** Steps in a symbol's price that are a break, not a move. */
  readonly jumpLimitsOf: (symbol: string) => JumpLimits;
}

/** What the live closes of each symbol, timeframe and assignment have taught of their odds. Posted candles teach nothing here. */
export interface ExperienceBook {
  /** What was known at a close; undefined where that is nothing, or more is known by now. */
  of(whose: Experienced, closeTime: number): Experience | undefined;
  /** A live close is about to be analysed: its candles tell what became of the candidates before it. */
  close(whose: Experienced, candles: CandleColumns, closeTime: number): void;
  /** It has been. */
  add(whose: Experienced, analysis: Analysis, closeTime: number): void;
  /** What has changed of the candidates that are followed since this was asked last; undefined where a later close was seen than this one. */
  followed(whose: Experienced, closeTime: number): FollowedChange | undefined;
  /** Another process's close was decided with this: what is known where nothing is followed. */
  hear(whose: Experienced, experience: Experience, closeTime: number): void;
  /** A symbol begins with what a store has of it. Candidates of a close that is ahead of `now`, Unix ms, were kept while a clock was wrong: none of them is followed. */
  restore(symbol: string, kept: readonly KeptExperience[], now: number): void;
  /** The symbol is followed no more. */
  forget(symbol: string): void;
}

/** Closes from one sweep of what is over to the next; the first of a start is one. */
const sweptEvery = 16;

export function createExperienceBook({ horizonEnd, jumpLimitsOf }: ExperienceBookOptions): ExperienceBook {
  const books = new Map<string, Map<string, CandidateBook>>();

  type Before = Pick<CandidateBookOptions, 'experience' | 'until' | 'following'>;
  const open = (whose: Experienced, before: Before = {}): CandidateBook => {
    const { symbol, timeframe } = whose;
    const limits = jumpLimitsOf(symbol);
    const book = createCandidateBook({
      horizonEnd: (closeTime, bars) => horizonEnd(symbol, timeframe, closeTime, bars),
      restated: (before, after) => isRestated(limits, before, after),
      ...before,
    });
    const ofSymbol = books.get(symbol) ?? new Map<string, CandidateBook>();
    books.set(symbol, ofSymbol.set(placeOf(whose), book));
    return book;
  };
  const known = (whose: Experienced): CandidateBook | undefined =>
    books.get(whose.symbol)?.get(placeOf(whose));

  return {
    of(whose, closeTime) {
      const book = known(whose);
      return book === undefined || book.until > closeTime ? undefined : book.experience;
    },
    close: (whose, candles, closeTime) => (known(whose) ?? open(whose)).close(candles, closeTime),
    add: (whose, analysis, closeTime) => known(whose)?.add(analysis, closeTime),
    followed(whose, closeTime) {
      const book = known(whose);
      if (book?.until !== closeTime) return undefined;
      const { until, since, taken } = book.following;
      const changed = book.takeChanged().map((one) => ({
        from: one.levels.from,
        expiresAt: one.levels.expiresAt,
        text: candidateText(one),
      }));
      const following = {
        version: CANDIDATE_VERSION,
        until,
        since,
        taken: taken.map(([a, b]): [number, number] => [a, b]),
      };
      return { following, changed, isSwept: book.closes % sweptEvery === 1 };
    },
    hear: (whose, experience, closeTime) => void open(whose, { experience, until: closeTime }),
    restore(symbol, all, now) {
      books.delete(symbol);
      for (const { experience, following, candidates, ...whose } of all) {
        const isSound = following?.version === CANDIDATE_VERSION && following.until <= now + clockSkewMs;
        const before = {
          experience: experience?.version === EXPERIENCE_VERSION ? experience : undefined,
          ...(isSound && { following: { ...following, waiting: candidatesOf(candidates ?? '') } }),
        };
        open({ symbol, ...whose }, before);
      }
    },
    forget: (symbol) => void books.delete(symbol),
  };
}

const placeOf = ({ timeframe, assignment = DEFAULT_ASSIGNMENT }: Experienced): string =>
  `${timeframe} ${assignment}`;

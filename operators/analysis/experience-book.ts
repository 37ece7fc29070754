import type { Analysis } from '../../models/decision/analysis.ts';
import type { CandleColumns } from '../../models/candle-columns.ts';
import { isRestated } from '../../models/chart/is-restated.ts';
import type { JumpLimits } from '../../models/chart/jump-limits.ts';
import { type Experience, EXPERIENCE_VERSION } from '../../models/odds/experience.ts';
import type { KeptExperience } from '../../schema/strategies/experience.ts';
import { clockSkewMs } from '../../schema/posted-candles.ts';
import { DEFAULT_ASSIGNMENT } from '../../schema/strategies/assignment.ts';
import type { Timeframe } from '../../schema/timeframe.ts';
import { type CandidateBook, type CandidateBookOptions, createCandidateBook } from './candidate-book.ts';
import { candidatesOf, candidateText } from './candidate-bytes.ts';

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
  /** What is to be kept of the candidates that are followed at a close; undefined where more is known by now, or nothing is followed. */
  kept(whose: Experienced, closeTime: number): string | undefined;
  /** Another process's close was decided with this: what is known where nothing is followed. */
  hear(whose: Experienced, experience: Experience, closeTime: number): void;
  /** A symbol begins with what a store has of it. Candidates of a close that is ahead of `now`, Unix ms, were kept while a clock was wrong: none of them is followed. */
  restore(symbol: string, kept: readonly KeptExperience[], now: number): void;
  /** The symbol is followed no more. */
  forget(symbol: string): void;
}

export function createExperienceBook({ horizonEnd, jumpLimitsOf }: ExperienceBookOptions): ExperienceBook {
  const books = new Map<string, Map<string, CandidateBook>>();

  type Before = Pick<CandidateBookOptions, 'experience' | 'until' | 'candidates'>;
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
    kept(whose, closeTime) {
      const book = known(whose);
      return book?.until === closeTime ? candidateText(book.candidates) : undefined;
    },
    hear: (whose, experience, closeTime) => void open(whose, { experience, until: closeTime }),
    restore(symbol, all, now) {
      books.delete(symbol);
      for (const { experience, candidates: text, ...whose } of all) {
        const candidates = text === undefined ? undefined : candidatesOf(text);
        const before = {
          experience: experience?.version === EXPERIENCE_VERSION ? experience : undefined,
          candidates:
            candidates !== undefined && candidates.until <= now + clockSkewMs ? candidates : undefined,
        };
        open({ symbol, ...whose }, before);
      }
    },
    forget: (symbol) => void books.delete(symbol),
  };
}

const placeOf = ({ timeframe, assignment = DEFAULT_ASSIGNMENT }: Experienced): string =>
  `${timeframe} ${assignment}`;

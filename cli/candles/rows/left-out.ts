import { DataError } from '../../command.ts';

/** Why a row is no candle, or not used as one. */
type LeftOutReason = keyof typeof reasons;

/** In words, and whether it counts against the file: what is no fault of the data does not. */
const reasons = {
  blank: { words: 'a cell blank', isFault: true },
  notPositive: { words: 'a price not above zero', isFault: true },
  impossible: { words: 'high below low, or open or close outside them', isFault: true },
  contradictory: { words: 'one time with two prices', isFault: true },
  noSuchTime: { words: 'a local time that does not exist', isFault: true },
  broken: { words: 'the last line, which breaks off', isFault: false },
  noPrices: { words: 'without any price', isFault: false },
  noTrade: { words: 'without a trade (one price, volume 0)', isFault: false },
  repeated: { words: 'repeated', isFault: false },
  forming: { words: 'repeated while still forming', isFault: false },
  header: { words: 'the header again', isFault: false },
  footer: { words: 'no candle below the last one', isFault: false },
} as const;

const LINES = 10;
/** Faults that a file may have whatever its length, and the share above which it is refused. */
const FEW = 10;
const MOST_SHARE = 0.01;

/** What of a file was not used, by reason, with the first lines of each. */
export interface LeftOut {
  readonly count: (reason: LeftOutReason, line: number, rows?: number) => void;
  readonly total: () => number;
  /** As `2 repeated (lines 7, 9)`, the most first. */
  readonly words: () => string[];
  /** Throws a DataError where more than 10 rows and more than 1 % are faulty, or half of them. */
  readonly judge: (kept: number) => void;
}

export function createLeftOut(): LeftOut {
  const found = new Map<LeftOutReason, { rows: number; lines: number[] }>();
  const inOrder = () => [...found].sort((a, b) => b[1].rows - a[1].rows);
  const words = (of = inOrder()) =>
    of.map(([reason, { rows, lines }]) => {
      const more = rows > lines.length ? ', …' : '';
      return `${rows.toLocaleString('en')} ${reasons[reason].words} (line${rows > 1 ? 's' : ''} ${lines.join(', ')}${more})`;
    });
  return {
    count: (reason, line, rows = 1) => {
      const one = found.get(reason) ?? { rows: 0, lines: [] };
      one.rows += rows;
      if (one.lines.length < LINES) one.lines.push(line);
      found.set(reason, one);
    },
    total: () => inOrder().reduce((sum, [, { rows }]) => sum + rows, 0),
    words: () => words(),
    judge: (kept) => {
      const faults = inOrder().filter(([reason]) => reasons[reason].isFault);
      const bad = faults.reduce((sum, [, { rows }]) => sum + rows, 0);
      if (bad < kept && (bad <= FEW || bad <= MOST_SHARE * (bad + kept))) return;
      if (bad === 0) throw new DataError('the file has no candle');
      const advice = found.has('contradictory')
        ? '; are these two markets, or local times without --zone?'
        : '';
      throw new DataError(
        `${bad.toLocaleString('en')} of ${(bad + kept).toLocaleString('en')} rows are faulty, more than ${100 * MOST_SHARE} %: ${words(faults).join(', ')}${advice}`,
      );
    },
  };
}

import { breakOf } from '../../operators/analysis/break-of.ts';
import { isPosted } from '../../operators/signals/outcomes/issued-trade.ts';
import type { Decision } from '../../schema/signal.ts';
import type { Timeframe } from '../../schema/timeframe.ts';
import type { Backfilled } from '../../streams/symbol/backfill.ts';

/** What is wrong with the candles that the server holds of each symbol, as `/symbols` and `/health` tell it. */
export interface HistoryDoubts {
  /** A close was decided: its window has a break, or none any more. */
  readonly decided: (decision: Decision) => void;
  /** REST has filled in, and some of it could not be true. */
  readonly filled: (symbol: string, filled: Backfilled) => void;
  /** Sentences by timeframe; undefined where all is well. */
  readonly of: (symbol: string) => Readonly<Record<string, string>> | undefined;
  readonly symbols: () => readonly string[];
  readonly forget: (symbol: string) => void;
}

interface Doubt {
  /** Why nothing is called on the window. */
  broken: string | null;
  /** Opens of windows whose bar REST has not given as it can be, Unix ms. */
  readonly spoilt: Set<number>;
}

/** Windows named per symbol and timeframe; the oldest are forgotten. */
const mostSpoilt = 1000;

export function createHistoryDoubts(): HistoryDoubts {
  const doubts = new Map<string, Map<Timeframe, Doubt>>();
  const doubtOf = (symbol: string, timeframe: Timeframe): Doubt => {
    const own = doubts.get(symbol) ?? new Map<Timeframe, Doubt>();
    doubts.set(symbol, own);
    const doubt = own.get(timeframe) ?? { broken: null, spoilt: new Set() };
    own.set(timeframe, doubt);
    return doubt;
  };
  const of = (symbol: string): Readonly<Record<string, string>> | undefined => {
    const entries = [...(doubts.get(symbol) ?? [])]
      .map(([timeframe, doubt]) => [timeframe, sentenceOf(doubt)] as const)
      .filter(([, sentence]) => sentence !== '');
    return entries.length === 0 ? undefined : Object.fromEntries(entries);
  };
  return {
    decided: (decision) => {
      if (isPosted(decision)) return;
      const { symbol, timeframe } = decision;
      const isBroken = breakOf(decision) !== null;
      if (!isBroken && doubts.get(symbol)?.get(timeframe) === undefined) return;
      doubtOf(symbol, timeframe).broken = isBroken ? decision.reasoning : null;
    },
    filled: (symbol, { timeframe, candles, spoilt }) => {
      if (spoilt.length === 0 && doubts.get(symbol)?.get(timeframe) === undefined) return;
      const known = doubtOf(symbol, timeframe).spoilt;
      for (const { openTime, complete } of candles) if (complete) known.delete(openTime);
      for (const openTime of spoilt) known.add(openTime);
      for (const oldest of known) {
        if (known.size <= mostSpoilt) break;
        known.delete(oldest);
      }
    },
    of,
    symbols: () => [...doubts.keys()].filter((symbol) => of(symbol) !== undefined),
    forget: (symbol) => void doubts.delete(symbol),
  };
}

function sentenceOf({ broken, spoilt }: Doubt): string {
  const [first] = spoilt;
  const left =
    first === undefined
      ? null
      : `${spoilt.size} ${spoilt.size === 1 ? 'candle' : 'candles'} left out, as REST gave bars that cannot be true, the first at ${new Date(first).toISOString()}.`;
  return [broken, left].filter((text) => text !== null).join(' ');
}

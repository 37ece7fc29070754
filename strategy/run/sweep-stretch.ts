import { Buffer } from 'node:buffer';
import { type KnownMarket, knownMarket } from '../../models/decision/known-market.ts';
import type { CandleSeries } from '../contract.ts';
import type { Strategy } from '../define.ts';
import { rememberValues } from '../remembered-values.ts';
import { levelsOf, messageOf } from './analyse-with.ts';
import { type AskedStrategy, closesOf, type StrategyStretch, type StretchClose } from './analyse-stretch.ts';
import { ask, type CommonInput, inputOf } from './decide.ts';

/** Numbers of a call: close, setting, side, tp, sl, horizonBars. */
export const CALL = 6;

/** What many settings call in a stretch. */
export interface SweptStretch {
  /** Closes that were decided on, from the first on. */
  readonly closes: number;
  /** `CALL` numbers each: index of the close, index of the setting, 1 or -1, prices, bars. */
  readonly calls: Float64Array;
  /** Decisions that were no answer, taken as WAIT, and why the first of them was none. */
  readonly faults: number;
  readonly firstFault: string | null;
}

/**
 * The directions and levels that `analyseWith` gives of each close for each setting, without their odds. All settings of a close share one
 * market, so that whatever is computed of it is computed once, and one copy of the candles, which is made good after each.
 */
export function sweepStretch(
  strategy: Strategy,
  settings: readonly AskedStrategy[],
  stretch: StrategyStretch,
  isOver: () => boolean,
): SweptStretch {
  const how = { isShared: settings.length > 1, minReward: stretch.options.minReward };
  const calls: number[] = [];
  let [closes, faults] = [0, 0];
  let firstFault: string | null = null;
  for (const one of closesOf(stretch, strategy.needs)) {
    const market = new LateMarket(one);
    const input = freshInput(strategy, one, market, how);
    const many = input === undefined ? 0 : settings.length;
    for (let i = 0; i < many; i++) {
      try {
        const decision = ask(strategy, one.close, settings[i]!, input!(), market.entry);
        // A window with a flaw is WAIT whatever is said of it: it is looked for only where something is.
        if (decision.action === 'WAIT' || market.flaw() !== null) continue;
        const side = decision.action === 'BUY' ? 1 : -1;
        const levels = levelsOf(decision, side, market, stretch.options);
        if (levels !== null) calls.push(closes, i, side, levels.tp, levels.sl, decision.horizonBars ?? 24);
      } catch (error) {
        if (market.flaw() !== null) continue;
        faults++;
        firstFault ??= messageOf(error);
      }
    }
    closes++;
    if (isOver()) break;
  }
  return { closes, calls: Float64Array.from(calls), faults, firstFault };
}

/** What is known of a close's window, computed where somebody asks: of most closes nobody does. */
class LateMarket implements KnownMarket {
  readonly entry: number;
  readonly #of: StretchClose;
  #known: KnownMarket | undefined;

  constructor(of: StretchClose) {
    this.#of = of;
    this.entry = of.columns.close.at(-1)!;
  }

  get window() {
    return this.#late().window;
  }
  get seed() {
    return this.#late().seed;
  }
  get driftScale() {
    return this.#late().driftScale;
  }
  get windowWeight() {
    return this.#late().windowWeight;
  }
  get cost() {
    return this.#late().cost;
  }
  context() {
    return this.#late().context();
  }
  flaw() {
    return this.#late().flaw();
  }
  returns() {
    return this.#late().returns();
  }
  regimes() {
    return this.#late().regimes();
  }
  scores(horizonBars: number, bars: number) {
    return this.#late().scores(horizonBars, bars);
  }
  outlook(horizonBars: number) {
    return this.#late().outlook(horizonBars);
  }

  #late(): KnownMarket {
    return (this.#known ??= knownMarket(this.#of.columns, this.#of.options()));
  }
}

/** A column that a strategy was given, and what it was. */
interface Copy {
  readonly copy: Float64Array;
  readonly original: Float64Array;
}

/** The input of a close, each time as if it were copied anew; undefined where candles are missing. */
function freshInput(
  strategy: Strategy,
  { close, columns }: StretchClose,
  market: KnownMarket,
  { isShared, minReward }: { readonly isShared: boolean; readonly minReward: number | undefined },
): (() => CommonInput) | undefined {
  const copies: Copy[] = [];
  const keep = (copy: Float64Array, original: Float64Array): void => {
    copies.push({ copy, original });
    rememberValues(copy, equality(copy, original));
  };
  const copied = (): CommonInput | undefined => {
    copies.length = 0;
    const made = inputOf(strategy, close, columns, market, minReward, isShared ? keep : undefined);
    if ('missing' in made) return undefined;
    if (isShared)
      for (const series of [made.own, ...Object.values(made.frames)]) rememberCandles(series, copies);
    return made;
  };
  let input = copied();
  if (input === undefined) return undefined;
  return () => {
    for (let i = 0; i < copies.length; i++) {
      const { copy, original } = copies[i]!;
      if (copy.length === original.length) copy.set(original);
      else {
        // An array was taken away.
        input = copied();
        break;
      }
    }
    return input!;
  };
}

/** For indicators that take high, low and close together. */
function rememberCandles(series: CandleSeries, copies: readonly Copy[]): void {
  let equalities: readonly (() => boolean)[] | undefined;
  rememberValues(series, () => {
    equalities ??= [series.high, series.low, series.close].map((values) =>
      equality(values, copies.find(({ copy }) => copy === values)!.original),
    );
    return equalities.every((areEqual) => areEqual());
  });
}

/** Whether they hold the same bits: bytes are compared several times as fast as numbers. */
function equality(values: Float64Array, original: Float64Array): () => boolean {
  let bytes: readonly [Buffer, Buffer] | undefined;
  return () => {
    bytes ??= [bytesOf(values), bytesOf(original)];
    return bytes[0].equals(bytes[1]);
  };
}

const bytesOf = ({ buffer, byteOffset, byteLength }: Float64Array): Buffer =>
  Buffer.from(buffer, byteOffset, byteLength);

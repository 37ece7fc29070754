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
    for (const [i, asked] of input === undefined ? [] : settings.entries()) {
      try {
        const decision = ask(strategy, { ...one.close, ...asked }, input!(), market.entry);
        // A window with a flaw is WAIT whatever is said of it: it is looked for only where something is.
        if (decision.action === 'WAIT' || market.flaw() !== null) continue;
        const side = decision.action === 'BUY' ? 1 : -1;
        const levels = levelsOf(decision, side, market, one.options());
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

/** The input of a close, each time as if it were copied anew; undefined where candles are missing. */
function freshInput(
  strategy: Strategy,
  { close, columns }: StretchClose,
  market: KnownMarket,
  { isShared, minReward }: { readonly isShared: boolean; readonly minReward: number | undefined },
): (() => CommonInput) | undefined {
  const copies = new Map<Float64Array, Float64Array>();
  const keep = (copy: Float64Array, original: Float64Array): void => {
    copies.set(copy, original);
    rememberValues(copy, equality(copy, original));
  };
  const copied = (): CommonInput | undefined => {
    copies.clear();
    const made = inputOf(strategy, close, columns, market, minReward, isShared ? keep : undefined);
    if ('missing' in made) return undefined;
    if (isShared)
      for (const series of [made.own, ...Object.values(made.frames)]) rememberCandles(series, copies);
    return made;
  };
  let input = copied();
  if (input === undefined) return undefined;
  return () => {
    for (const [copy, original] of copies) {
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
function rememberCandles(series: CandleSeries, copies: ReadonlyMap<Float64Array, Float64Array>): void {
  let equalities: readonly (() => boolean)[] | undefined;
  rememberValues(series, () => {
    equalities ??= [series.high, series.low, series.close].map((values) =>
      equality(values, copies.get(values)!),
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

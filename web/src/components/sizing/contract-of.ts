import { assetClassOf } from '../../../../schema/symbol/instrument.ts';
import { partsOf } from '../../../../schema/symbol/symbol-parts.ts';

/** What brokers usually trade of a symbol. Theirs may differ: whoever sizes a position can change it. */
export interface Contract {
  /** Units of the base (currency, ounces, coins, shares) in a lot. */
  readonly unitsPerLot: number;
  /** The least volume and its step, lots. */
  readonly step: number;
  /** What a unit is, as a word after a number: `EUR`, `shares`. */
  readonly unit: string;
  /** The currency of its prices; null where the symbol does not tell. */
  readonly quote: string | null;
  /** Price of a pip; null where the market does not count in pips. */
  readonly pip: number | null;
}

const metalLots: Readonly<Record<string, number>> = { XAU: 100, XAG: 5000, XPT: 100, XPD: 100 };

/** The usual contract of a symbol in public form: 100,000 of a currency, 100 oz of gold, 5,000 oz of silver, else one unit. */
export function contractOf(symbol: string): Contract {
  const { pair } = partsOf(symbol);
  const kind = assetClassOf(symbol);
  if (pair === null) return { unitsPerLot: 1, step: 1, unit: 'shares', quote: null, pip: null };
  const { base, quote } = pair;
  const isForex = kind === 'forex';
  return {
    unitsPerLot: isForex ? 100_000 : (metalLots[base] ?? 1),
    step: 0.01,
    unit: kind === 'metal' ? `oz of ${base}` : base,
    quote,
    pip: isForex ? (quote === 'JPY' ? 0.01 : 0.0001) : null,
  };
}

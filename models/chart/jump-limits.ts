/** What counts as a break in a price rather than a move of it. */
export interface JumpLimits {
  /** From here on a step between two candles, or the range of one, is no move of a market, log units. */
  readonly step: number;
  /** Two prices in a row that differ by this factor or more are not in one unit. */
  readonly restated: number;
  /** Does it split, so that two prices in a row at 2 or 3 to 1 are not in one unit either? */
  readonly splits: boolean;
}

/**
 * By asset class, with room for what has happened: EUR/CHF lost 26 % within minutes (2015-01-15), Egypt's pound 38 % and Argentina's peso
 * 54 % at one fixing (2024-03-06, 2023-12-13), Netflix 35 % and Snap 43 % overnight on results (2022). A step only holds calls back, until
 * the history is mended or the window has passed it; restated prices end a signal, so they want a factor that news does not make. A share
 * that truly halves between two prices, to within 2 %, is taken for a split.
 */
const byClass: Readonly<Record<string, JumpLimits>> = {
  forex: { step: 0.1, restated: 2.5, splits: false },
  metal: { step: 0.1, restated: 2.5, splits: false },
  commodity: { step: 0.2, restated: 3, splits: false },
  crypto: { step: 0.2, restated: 3, splits: false },
  equity: { step: 0.2, restated: 3.9, splits: true },
};

/** Where nothing is known but the candles. */
export const UNKNOWN_CLASS: JumpLimits = { step: 0.2, restated: 3, splits: false };

export const jumpLimitsOf = (assetClass: string): JumpLimits => byClass[assetClass] ?? UNKNOWN_CLASS;

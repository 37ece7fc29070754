/** What counts as a break in a price rather than a move of it. */
export interface JumpLimits {
  /** A step between two candles, or a range of one, is no move of a market from here on, log units. */
  readonly step: number;
  /** Two prices in a row that differ by this factor are not of one unit of account. */
  readonly restated: number;
  /** Does the instrument split, so that a step near n:1, 3:2 or 5:2 is a split? */
  readonly splits: boolean;
}

/**
 * By asset class; the moves they leave room for: EUR/CHF lost 26 % within minutes (2015-01-15), Egypt's pound 38 % and Argentina's peso 54 %
 * at one fixing (2024-03-06, 2023-12-13), coins two thirds in one print (2025-10-10), shares a third overnight on results. A step is only
 * refused a call, and returns to normal with the window; restated prices end a signal, so they want a factor that no news has made.
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

/** What a position is sized from; the first five as the user typed them. */
export interface SizeInput {
  /** In the account's currency. */
  readonly account: string;
  /** Of the account, per cent. */
  readonly risk: string;
  /** Of the account's currency for one of the quote currency. */
  readonly rate: string;
  readonly unitsPerLot: string;
  /** Lots. */
  readonly step: string;
  /** Prices in quote currency. */
  readonly entry: number;
  readonly sl: number;
  readonly tp: number;
}

/** Money in the account's currency. */
export interface PositionSize {
  readonly lots: number;
  readonly units: number;
  /** What may be lost, and what the rounded size loses at its stop: no more than that. */
  readonly atRisk: number;
  readonly loss: number;
  readonly gain: number;
  /** Of the whole position at its entry, and as a multiple of the account. */
  readonly worth: number;
  readonly leverage: number;
}

type Field = 'account' | 'risk' | 'rate' | 'unitsPerLot' | 'step';

/** Bounds of what may be typed, with the field's name. */
export const sizeFields: Readonly<
  Record<Field, { readonly name: string; readonly least: number; readonly most: number }>
> = {
  account: { name: 'Account', least: 1, most: 1e12 },
  risk: { name: 'Risk', least: 0.01, most: 100 },
  rate: { name: 'Rate', least: 1e-9, most: 1e9 },
  unitsPerLot: { name: 'Units in a lot', least: 1e-6, most: 1e9 },
  step: { name: 'Smallest lot', least: 1e-6, most: 1e6 },
};

/** What is wrong with a field, as a sentence; null where nothing is. */
export function fieldFault(field: Field, text: string): string | null {
  const { name, least, most } = sizeFields[field];
  const value = text.trim() === '' ? Number.NaN : Number(text);
  if (value >= least && value <= most) return null;
  const words = (n: number) => n.toLocaleString('en', { maximumFractionDigits: 9 });
  return `${name} must be a number from ${words(least)} to ${words(most)}.`;
}

/**
 * The largest position that loses no more than the risk between entry and stop: account × risk / distance, in whole steps of a lot.
 * What costs and gaps add is not in it. A string says why there is none.
 */
export function positionSize(input: SizeInput): PositionSize | string {
  for (const field of Object.keys(sizeFields) as Field[]) {
    const fault = fieldFault(field, input[field]);
    if (fault !== null) return fault;
  }
  const [account, rate, unitsPerLot, step] = [input.account, input.rate, input.unitsPerLot, input.step].map(
    Number,
  ) as [number, number, number, number];
  const { entry, sl, tp } = input;
  const distance = Math.abs(entry - sl);
  if (!(distance > 0) || !Number.isFinite(distance))
    return 'Entry and stop are the same: no size follows from them.';
  const atRisk = (account * Number(input.risk)) / 100;
  const lossPerLot = distance * rate * unitsPerLot;
  // A size that is whole but for the rounding of floats is not cut by a step.
  const steps = Math.floor((atRisk / lossPerLot / step) * (1 + 1e-12));
  if (steps < 1) {
    const least = lossPerLot * step;
    return `The smallest lot loses ${least.toLocaleString('en', { maximumFractionDigits: 2 })} at the stop: more than the risk allows.`;
  }
  const lots = Number((steps * step).toPrecision(12));
  const units = lots * unitsPerLot;
  const worth = units * entry * rate;
  return {
    lots,
    units,
    atRisk,
    loss: units * distance * rate,
    gain: units * Math.abs(tp - entry) * rate,
    worth,
    leverage: worth / account,
  };
}

import { calendarOf } from '../../../models/calendar/trading-calendars.ts';
import type { Instrument } from '../../../schema/symbol/instrument.ts';

/** What is doubtful about a symbol's hours. `isDue`: it falsifies something now; else it will, or is an assumption. */
export interface HoursWarning {
  readonly text: string;
  readonly isDue: boolean;
}

/**
 * What to say of a symbol's hours at the start, or undefined where they are known. `exchange`: as the provider or the symbol
 * itself names it. `now` in Unix ms.
 */
export function hoursWarning(
  symbol: string,
  { market }: Instrument,
  exchange: string | undefined,
  now: number,
): HoursWarning | undefined {
  if (market === 'unknown')
    return {
      text:
        `${symbol}: the hours of ${exchange ?? 'its exchange'} are not known. It is taken to trade at any time: ` +
        'windows follow UTC, a silent feed is not noticed, and closed hours count as missing until REST has confirmed them empty',
      isDue: true,
    };
  const knownTo = calendarOf(market)?.knownTo;
  const year = new Date(now).getUTCFullYear();
  if (knownTo !== undefined && year >= knownTo)
    return {
      text:
        `${symbol}: holidays of the ${market} calendar are known up to the end of ${knownTo}. After that a holiday counts as a ` +
        'trading day until REST has confirmed it empty: update Anso Vision',
      isDue: year > knownTo,
    };
  return undefined;
}

/** What is taken for granted of a symbol whose exchange nobody has named; undefined where somebody has. */
export const hoursAssumption = (
  symbol: string,
  { assetClass, decidedBy }: Instrument,
): string | undefined => {
  if (decidedBy !== 'assumed') return undefined;
  const taken =
    assetClass === 'crypto' ? 'taken for a coin, which never closes' : 'taken to keep the hours of New York';
  return `${symbol}: no exchange or kind is known of it. It is ${taken}, until the provider says what it is`;
};

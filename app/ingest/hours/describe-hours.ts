import type { WatchedSymbol } from '../../../schema/rest.ts';
import { partsOf } from '../../../schema/symbol/symbol-parts.ts';
import type { Instruments } from '../../../streams/provider/instruments.ts';
import type { Markets } from '../../markets.ts';
import { hoursWarning, type HoursWarning } from './hours-warning.ts';

export interface DescribeHoursOptions {
  readonly instruments: Pick<Instruments, 'of' | 'facts'>;
  readonly markets: Pick<Markets, 'isOpen'>;
  /** Unix ms. */
  readonly now: () => number;
  readonly isTimeKnown: () => boolean;
}

/** What a symbol is, where it is listed, and the hours that it is taken to keep. */
export function describeHours(
  symbol: string,
  options: DescribeHoursOptions,
): Pick<WatchedSymbol, 'asset_class' | 'type' | 'exchange' | 'mic_code' | 'country' | 'currency' | 'hours'> {
  const { instruments, markets, now, isTimeKnown } = options;
  const { type, exchange, micCode, country, currency } = instruments.facts(symbol);
  const { assetClass, market, decidedBy } = instruments.of(symbol);
  const warning = hoursWarningOf(symbol, options)?.text;
  return {
    asset_class: assetClass,
    ...(type !== undefined && { type }),
    ...(exchange !== undefined && { exchange }),
    ...(micCode !== undefined && { mic_code: micCode }),
    ...(country !== undefined && { country }),
    ...(currency !== undefined && { currency }),
    hours: {
      market: market === 'crypto' ? 'always' : market,
      decided_by: decidedBy,
      open: isTimeKnown() && markets.isOpen(symbol, now()),
      ...(warning !== undefined && { warning }),
    },
  };
}

/** What is doubtful about them; undefined while nobody knows what time it is. */
export function hoursWarningOf(
  symbol: string,
  { instruments, now, isTimeKnown }: Omit<DescribeHoursOptions, 'markets'>,
): HoursWarning | undefined {
  const { exchange, micCode } = instruments.facts(symbol);
  const name = exchange ?? micCode ?? partsOf(symbol).exchange;
  return isTimeKnown() ? hoursWarning(symbol, instruments.of(symbol), name, now()) : undefined;
}

import type { Subscription } from 'rxjs';
import { partsOf } from '../../../schema/symbol/symbol-parts.ts';
import type { Context } from '../../context.ts';
import { hoursAssumption, hoursWarning } from './hours-warning.ts';

/** Says at the start, and when the provider says otherwise, which symbols' hours are doubtful and what follows. */
export function warnOfHours({ config, log, instruments, wall }: Context): Subscription {
  const warn = (symbol: string) => {
    const { exchange, micCode } = instruments.facts(symbol);
    const name = exchange ?? micCode ?? partsOf(symbol).exchange;
    const warning = hoursWarning(symbol, instruments.of(symbol), name, wall.now());
    if (warning !== undefined) log.warn({ symbol }, warning.text);
    const assumption = hoursAssumption(symbol, instruments.of(symbol));
    if (assumption !== undefined) log.info({ symbol }, assumption);
  };
  for (const symbol of config.SYMBOLS) warn(symbol);
  return instruments.changed$.subscribe(warn);
}

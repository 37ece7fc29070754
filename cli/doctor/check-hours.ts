import { hoursAssumption, hoursWarning } from '../../app/ingest/hours/hours-warning.ts';
import type { Config } from '../../config.ts';
import { instrumentOf } from '../../schema/symbol/instrument.ts';
import { partsOf } from '../../schema/symbol/symbol-parts.ts';
import { type Finding, ok, warn } from './finding.ts';

const part = 'market hours';

/** The market hours of each configured symbol, from its text alone: the provider's data arrives only with its prices. */
export function checkHours({ SYMBOLS }: Pick<Config, 'SYMBOLS'>, now: number): Finding[] {
  const doubtful = SYMBOLS.flatMap((symbol): Finding[] => {
    const { text } = hoursWarning(symbol, instrumentOf(symbol), partsOf(symbol).exchange, now) ?? {};
    const todo = `see "Market hours" in docs/operations.md; /symbols shows what the provider says of ${symbol}`;
    return text === undefined ? [] : [warn(part, text, todo)];
  });
  const assumed = SYMBOLS.filter((symbol) => hoursAssumption(symbol, instrumentOf(symbol)) !== undefined);
  const known = `${SYMBOLS.length - doubtful.length} of ${SYMBOLS.length} symbols have a calendar`;
  const rest =
    assumed.length === 0 ? '' : `, ${assumed.join(', ')} by assumption until the provider names an exchange`;
  return [...doubtful, ok(part, `${known}${rest}`)];
}

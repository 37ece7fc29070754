import { z } from 'zod';
import { exchangeOf } from './exchanges.ts';
import { listedPair } from './symbol-parts.ts';
import { rememberWritten } from './written-symbols.ts';

/**
 * A symbol in its public form: upper case, without the slash, as MT5 writes it (`BTCUSD`, `AAPL`).
 * Input may carry the slash and any case (`btc/usd`). At most 32 characters.
 */
export const SymbolName = z
  .string({ error: 'a symbol is needed' })
  .trim()
  .min(1, 'a symbol is needed')
  .max(33, 'a symbol has at most 32 characters')
  .regex(
    /^[A-Za-z0-9][A-Za-z0-9._:-]*(?:\/[A-Za-z0-9._:-]+)?$/,
    'a symbol has letters, digits and . _ : - only, and at most one slash',
  )
  .meta({ examples: ['BTCUSD'] })
  .transform(publicForm);
export type SymbolName = z.infer<typeof SymbolName>;

/** The public form; the written form is remembered where it contains more. */
function publicForm(text: string): string {
  const symbol = text.replace('/', '').toUpperCase();
  const [name = '', exchange] = text.split(/:(.*)/s);
  const pair = name.toUpperCase();
  const isKnown = exchange === undefined || exchangeOf(exchange) !== undefined;
  const form = isKnown ? text.toUpperCase() : `${pair}:${exchange}`;
  const listed = listedPair(pair.replace('/', ''));
  // A slash at another place than in our lists is a typing error, or an attempt to mislead others who request the same letters.
  const isSlip = listed !== null && pair.includes('/') && pair !== `${listed.base}/${listed.quote}`;
  if (form !== symbol && !isSlip) rememberWritten(symbol, form);
  return symbol;
}

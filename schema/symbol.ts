import { z } from 'zod';

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
  .transform((text) => text.replace('/', '').toUpperCase());
export type SymbolName = z.infer<typeof SymbolName>;

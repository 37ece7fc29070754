import { z } from 'zod';

/** A symbol of the provider's that a search has found. */
export const FoundSymbol = z.object({
  /** In public form: to be subscribed to on `/ws`. */
  symbol: z.string(),
  /** As people write it: `BTC/USD`, `RY:TSX`. */
  written: z.string(),
  /** Of the company, or of both currencies; empty where the provider has none. */
  name: z.string(),
  type: z.string(),
  exchange: z.string(),
  country: z.string(),
  currency: z.string(),
  /** Is it watched already? */
  watched: z.boolean(),
});
export type FoundSymbol = z.infer<typeof FoundSymbol>;

export const SymbolSearchQuery = z.object({
  query: z
    .string({ error: 'query: what to search for is needed' })
    .trim()
    .min(1, 'what to search for is needed')
    .max(40, 'at most 40 characters')
    .describe('A symbol or a part of its name, as `apple` or `eur`.'),
});

/** At most 30, the best first. */
export const SymbolSearchAnswer = z.object({
  success: z.literal(true),
  query: z.string(),
  symbols: z.array(FoundSymbol),
  count: z.number().int(),
});
export type SymbolSearchAnswer = z.infer<typeof SymbolSearchAnswer>;

import { z } from 'zod';
import { quoted } from '../../../schema/outside/outside-text.ts';
import { exchangeOf } from '../../../schema/symbol/exchanges.ts';
import type { FoundSymbol } from '../../../schema/symbol/found-symbol.ts';
import { SymbolName } from '../../../schema/symbol/symbol.ts';
import { BadAnswerError, ProviderError, refusalIn } from './parse-time-series.ts';

const text = z
  .string()
  .max(200)
  .transform((found) => quoted(found, 120))
  .catch('');
const Row = z.object({
  symbol: z.string().min(1).max(40),
  instrument_name: text,
  exchange: text,
  instrument_type: text,
  country: text,
  currency: text,
});

/** Rows of an answer that are read at most, and symbols that are made of them. */
const mostRows = 120;
const mostFound = 30;

/**
 * Parses a `/symbol_search` answer, best first, each symbol in public form once: a pair stands for itself whatever the exchange, a listing
 * in the United States for its ticker, any other for `TICKER:EXCHANGE`, where we know the exchange. Rows that make no symbol are left out.
 * Throws ProviderError or BadAnswerError.
 */
export function parseSymbolSearch(answer: string, status: number): Omit<FoundSymbol, 'watched'>[] {
  const fields = refusalIn(answer, status);
  if (fields instanceof ProviderError) throw fields;
  const { data } = fields;
  if (!Array.isArray(data)) throw new BadAnswerError('`data` is no list');
  const found = new Map<string, Omit<FoundSymbol, 'watched'>>();
  for (const raw of data.slice(0, mostRows)) {
    if (found.size >= mostFound) break;
    const row = Row.safeParse(raw);
    if (!row.success) continue;
    const { symbol: ticker, exchange, instrument_name, instrument_type, country, currency } = row.data;
    const isHome = ticker.includes('/') || exchange === '' || country === 'United States';
    if (!isHome && exchangeOf(exchange) === undefined) continue;
    const written = isHome ? ticker.toUpperCase() : `${ticker.toUpperCase()}:${exchange}`;
    const symbol = SymbolName.safeParse(written);
    if (!symbol.success || found.has(symbol.data)) continue;
    found.set(symbol.data, {
      symbol: symbol.data,
      written,
      name: instrument_name,
      type: instrument_type,
      exchange,
      country,
      currency,
    });
  }
  return [...found.values()];
}

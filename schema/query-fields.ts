import { z } from 'zod';
import { Mode } from './strategies/assignment.ts';
import { SymbolName } from './symbol/symbol.ts';
import { timeOfText } from './outside/time-of-text.ts';
import { timeframes } from './timeframe.ts';

// Query fields that several routes share, each with its own error message.

export const timeframe = z.enum(timeframes, { error: `must be one of ${timeframes.join(', ')}` });
/** A whole number, as a query's text; documents call it the number that it is. */
export const wholeText = (least: number, most: number, fallback: number) =>
  z
    .string()
    .regex(/^\d{1,9}$/, 'must be a whole number')
    .transform(Number)
    .refine((n) => n >= least && n <= most, { error: `must be from ${least} to ${most}` })
    .default(fallback)
    .meta({
      description: `From ${least} to ${most}; ${fallback} by default.`,
      type: 'integer',
      minimum: least,
      maximum: most,
      default: fallback,
    });
export const ofSymbol = SymbolName.optional().describe('Of this symbol alone.');
export const ofTimeframe = timeframe.optional().describe('Of this timeframe alone.');
export const ofAssignment = z
  .string()
  .max(40)
  .optional()
  .describe('Of this assignment alone (`GET /strategies` lists them), whatever its mode.');
export const ofMode = z
  .enum([...Mode.options, 'all'], { error: `must be one of ${Mode.options.join(', ')}, all` })
  .optional()
  .describe('Of this mode; by default the live ones, where an assignment is named all of its.');
/** A query that names neither mode nor assignment is one for live ones: nobody follows a shadow unasked. */
export const withMode = <T extends { assignment?: string | undefined; mode?: Mode | 'all' | undefined }>(
  query: T,
): T & { mode: Mode | 'all' } => ({
  ...query,
  mode: query.mode ?? (query.assignment === undefined ? 'live' : 'all'),
});
export const orElse = timeframe.optional().describe('The shortest analysed one by default.');
export const format = z
  .enum(['json', 'csv'], { error: 'must be json or csv' })
  .default('json')
  .describe('`csv` for spreadsheets and MT5.');

/** Unix ms of a time as a query writes it: Unix s or ms, or ISO; NaN where it is none. */
export function timeOf(text: string): number {
  if (/^\d{1,15}$/.test(text)) return Number(text) < 1e11 ? Number(text) * 1000 : Number(text);
  return timeOfText(text);
}
/** A time in Unix ms. */
export const instant = z
  .string()
  .max(40)
  .transform(timeOf)
  .refine((ms) => Number.isFinite(ms), { error: 'must be Unix s, Unix ms or ISO' });

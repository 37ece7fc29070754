import type { PriceName } from './column-names.ts';
import type { DecimalSign } from '../cells/parse-number.ts';

/** Where the values of a candle stand in a row. */
export interface Layout {
  readonly separator: string;
  /** Cells of the header, or null where the first row is a candle. */
  readonly header: readonly string[] | null;
  /** Lines before the first candle, the header among them. */
  readonly before: number;
  /** Of the time; two where the time of day has a column of its own. */
  readonly time: readonly number[];
  readonly prices: Readonly<Record<PriceName, number>>;
  /** -1 where there is none. */
  readonly volume: number;
  readonly volumeKind: 'traded' | 'ticks';
  readonly symbol: number;
  readonly complete: number;
  /** Cells of a row. */
  readonly cells: number;
  readonly decimal: DecimalSign;
  /** The zone of times that name none, where the file or its form says it. */
  readonly zone: { readonly name: string; readonly reason: string } | null;
}

import { z } from 'zod';
import { Timeframe } from './timeframe.ts';

/** Where a candle's numbers come from: our ticks, the provider's REST, minutes of both, or a client's post. */
export const CandleSource = z.enum(['ticks', 'rest', 'mixed', 'posted']);
export type CandleSource = z.infer<typeof CandleSource>;

/** What `volume` counts: traded units, received ticks, minutes of both kinds (unusable), or nothing. */
export const VolumeKind = z.enum(['traded', 'ticks', 'mixed', 'none']);
export type VolumeKind = z.infer<typeof VolumeKind>;

/** A right-open window `[openTime, closeTime)`, times in Unix ms, prices in quote currency, never rounded. */
export const Candle = z.strictObject({
  symbol: z.string(),
  timeframe: Timeframe,
  openTime: z.number().int(),
  closeTime: z.number().int(),
  open: z.number(),
  high: z.number(),
  low: z.number(),
  close: z.number(),
  volume: z.number(),
  volumeKind: VolumeKind,
  /** Ticks received in the window; 0 where it comes from REST alone. */
  ticks: z.number().int(),
  /** False where ticks of the window may have been missed and it is not yet replaced from REST. */
  complete: z.boolean(),
  source: CandleSource,
  /** Ticks of this window that arrived after it had closed: counted, never merged. */
  lateTicks: z.number().int(),
  /** Longest time between two ticks, or between an edge and its nearest tick, ms. */
  longestSilenceMs: z.number(),
  /** 0 as first closed; each later correction is one higher. */
  revision: z.number().int(),
});
export type Candle = z.infer<typeof Candle>;

/** A bar as a REST provider or a client states it: no provenance, times in Unix ms. `volume` undefined where unknown. */
export interface Bar {
  readonly openTime: number;
  readonly open: number;
  readonly high: number;
  readonly low: number;
  readonly close: number;
  readonly volume?: number;
}

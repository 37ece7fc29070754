import type { VolumeKind } from '../../../schema/candle.ts';

/** A bar's volume; counted ticks are labelled as such, and a sum of both kinds is not shown. */
export function formatVolume(volume: number, kind: VolumeKind | undefined): string {
  if (kind === 'mixed' || kind === 'none') return '–';
  const figure = volume.toLocaleString('en', { maximumFractionDigits: 2 });
  return kind === 'ticks' ? `${figure} ticks` : figure;
}

import type { Bar } from '../../state/chart/candles.ts';
import { formatNumber, formatPercent } from '../../format/price.ts';
import { formatTime } from '../../format/time.ts';
import { formatVolume } from '../../format/volume.ts';

/** The numbers of the bar under the pointer. Who does not see the chart has them in the table. */
export function BarLegend({ bar, decimals }: { readonly bar: Bar; readonly decimals: number }) {
  const figures = [
    ['O', bar.open],
    ['H', bar.high],
    ['L', bar.low],
    ['C', bar.close],
  ] as const;
  const tone = bar.close >= bar.open ? 'up' : 'down';
  return (
    <p class={`bar-legend tone-${tone}`} aria-hidden="true">
      <span class="bar-time">{formatTime(bar.time * 1000, 'full')}</span>
      {figures.map(([letter, value]) => (
        <span key={letter}>
          <span class="bar-letter">{letter}</span> {formatNumber(value, decimals)}
        </span>
      ))}
      <span>
        <span class="bar-letter">V</span> {formatVolume(bar.volume, bar.volume_kind)}
      </span>
      <span>{formatPercent((bar.close / bar.open - 1) * 100)}</span>
      {!bar.closed && <span class="bar-letter">forming</span>}
      {bar.closed && !bar.complete && <span class="bar-letter">parts unheard</span>}
    </p>
  );
}

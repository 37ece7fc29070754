import { formatPrice } from '../../format/price.ts';
import { formatVolume } from '../../format/volume.ts';
import { formatTime } from '../../format/time.ts';
import type { ChartData } from '../../state/chart/candles.ts';

const rows = 60;

/** The newest candles as numbers. */
export function CandleTable({ data }: { readonly data: ChartData }) {
  return (
    <div class="table-scroll" tabIndex={0} role="region" aria-label="Candles">
      <table class="numbers">
        <caption class="visually-hidden">
          {data.symbol} {data.timeframe}, newest first
        </caption>
        <thead>
          <tr>
            {['Open time', 'Open', 'High', 'Low', 'Close', 'Volume', 'State'].map((name) => (
              <th key={name} scope="col">
                {name}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {data.bars
            .slice(-rows)
            .toReversed()
            .map((bar) => (
              <tr key={bar.time}>
                <th scope="row">{formatTime(bar.time * 1000, 'full')}</th>
                {[bar.open, bar.high, bar.low, bar.close].map((price, i) => (
                  <td key={i}>{formatPrice(data.symbol, price)}</td>
                ))}
                <td>{formatVolume(bar.volume, bar.volume_kind)}</td>
                <td>{bar.closed ? (bar.complete ? 'closed' : 'incomplete') : 'forming'}</td>
              </tr>
            ))}
        </tbody>
      </table>
    </div>
  );
}

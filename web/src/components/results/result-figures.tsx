import type { PerformanceAnswer, PerformanceFigures } from '../../../../schema/performance.ts';
import { formatR, formatShare } from '../../format/price.ts';
import { Word } from '../terms/word.tsx';

interface Props {
  readonly figures: PerformanceFigures;
  readonly byStatus: PerformanceAnswer['by_status'];
  readonly sameMarket: PerformanceAnswer['same_market'];
}

/** The figures, each with what it rests on. */
export function ResultFigures({ figures, byStatus, sameMarket }: Props) {
  const { win_rate: rate, win_rate_interval: interval, expectancy_r, max_drawdown_r, brier } = figures;
  const { expectancy_r_interval: range } = figures;
  const decided = figures.wins + figures.losses;
  return (
    <div class="figures">
      <div class="figure figure-main">
        <h3>
          <Word>Win rate</Word>
        </h3>
        <p class="figure-value">{rate === null ? 'none yet' : formatShare(rate, 1)}</p>
        {interval !== null && (
          <p class="figure-note">
            95 % interval {formatShare(interval[0])} to {formatShare(interval[1])}, N = {decided}
          </p>
        )}
        {interval !== null && rate !== null && <IntervalBar low={interval[0]} high={interval[1]} at={rate} />}
      </div>
      <dl class="pairs">
        <Row name="Expectancy" value={expectancy_r === null ? '—' : formatR(expectancy_r)} />
        <Row name="Profit factor" value={figures.profit_factor?.toFixed(2) ?? '—'} />
        <Row
          name="Worst drawdown"
          value={max_drawdown_r === null ? '—' : formatR(-Math.abs(max_drawdown_r))}
        />
        <Row name="Brier score" value={brier === null ? '—' : brier.score.toFixed(3)} />
      </dl>
      {range !== null && (
        <p class="figure-note">
          Expectancy: 95 % interval {formatR(range[0])} to {formatR(range[1])}, over {figures.days} days
        </p>
      )}
      {sameMarket.map(({ symbols, counted, correlation, left_out }) => (
        <p class="figure-note" key={counted}>
          {symbols.filter((symbol) => symbol !== counted).join(', ')} moves as {counted} does (correlation{' '}
          {correlation.toFixed(2)}): one market counts once, {left_out} left out
        </p>
      ))}
      {figures.resolved > 0 && (
        <p class="figure-note">
          {byStatus.tp} at target, {byStatus.sl} at stop, {byStatus.reversed} reversed, {byStatus.expired}{' '}
          expired
          {byStatus.void > 0 && <>, {byStatus.void} void, which count in no figure</>}
        </p>
      )}
    </div>
  );
}

function Row({ name, value }: { readonly name: string; readonly value: string }) {
  return (
    <div>
      <dt>
        <Word>{name}</Word>
      </dt>
      <dd>{value}</dd>
    </div>
  );
}

function IntervalBar({
  low,
  high,
  at,
}: {
  readonly low: number;
  readonly high: number;
  readonly at: number;
}) {
  return (
    <svg class="interval" viewBox="0 0 100 8" preserveAspectRatio="none" aria-hidden="true">
      <rect class="interval-scale" x="0" y="3.5" width="100" height="1" />
      <rect class="interval-range" x={low * 100} y="2" width={(high - low) * 100} height="4" />
      <rect class="interval-at" x={at * 100 - 0.4} y="0" width="0.8" height="8" />
    </svg>
  );
}

import type { PerformanceAnswer, PerformanceFigures } from '../../../../schema/performance.ts';
import { formatR, formatShare } from '../../format/price.ts';
import { InR } from '../terms/in-r.tsx';
import { Word } from '../terms/word.tsx';
import { IntervalBar } from './interval-bar.tsx';

interface Props {
  readonly figures: PerformanceFigures;
  readonly byStatus: PerformanceAnswer['by_status'];
  readonly sameMarket: PerformanceAnswer['same_market'];
}

/** The figures, each with what it rests on. */
export function ResultFigures({ figures, byStatus, sameMarket }: Props) {
  const { win_rate: rate, win_rate_interval: interval, max_drawdown_r, brier } = figures;
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
        {interval !== null && rate !== null && (
          <IntervalBar low={interval[0]} high={interval[1]} at={rate} from={0} to={1} />
        )}
      </div>
      <Expectancy figures={figures} />
      <dl class="pairs">
        <Row name="Profit factor" value={figures.profit_factor?.toFixed(2) ?? '—'} />
        <Row
          name="Worst drawdown"
          value={max_drawdown_r === null ? '—' : formatR(-Math.abs(max_drawdown_r))}
        />
        <Row name="Brier score" value={brier === null ? '—' : brier.score.toFixed(3)} />
      </dl>
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

/** The mean result with its interval, and whether chance alone explains it. */
function Expectancy({ figures }: Pick<Props, 'figures'>) {
  const { expectancy_r: mean, expectancy_r_interval: range, days } = figures;
  if (mean === null) return null;
  const reach = range === null ? 0 : Math.max(0.1, Math.abs(range[0]), Math.abs(range[1])) * 1.05;
  return (
    <div class="figure">
      <h3>
        <Word>Expectancy</Word>
      </h3>
      <p class="figure-value">
        <InR r={mean} />
      </p>
      {range === null ? (
        <p class="figure-note">No interval from the results of one day.</p>
      ) : (
        <>
          <p class="figure-note">
            95 % interval {formatR(range[0])} to {formatR(range[1])}, over {days} days
            {range[0] <= 0 && range[1] >= 0 && ': it holds 0, so chance alone may explain it'}
          </p>
          <IntervalBar low={range[0]} high={range[1]} at={mean} from={-reach} to={reach} mark={0} />
        </>
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

import type { PerformanceAnswer } from '../../../../schema/performance.ts';
import { linePath } from '../../chart/line-path.ts';
import { withDrawdown } from '../../chart/with-drawdown.ts';
import { formatR } from '../../format/price.ts';
import { Word } from '../terms/word.tsx';

const width = 300;
const height = 100;

/** Sum of R after each resolved signal, and under it how far it has fallen from its highest. */
export function EquityCurve({ equity }: { readonly equity: PerformanceAnswer['equity'] }) {
  const points = withDrawdown([{ r: 0 }, ...equity]);
  const values = points.map((point) => point.r);
  const falls = points.map((point) => point.drawdown);
  const top = Math.max(0.5, ...values);
  const bottom = Math.min(-0.5, ...values, ...falls);
  const scale = { width, height, top, bottom };
  const zero = (top / (top - bottom)) * height;
  const deepest = Math.min(...falls);
  const last = values.at(-1) ?? 0;
  return (
    <figure class="plot">
      <figcaption>
        <h3>
          <Word>Drawdown</Word>
        </h3>
        <span class="panel-note">
          {equity.length === 0 ? 'no result yet' : `${formatR(deepest)} at worst`}
        </span>
      </figcaption>
      <svg
        viewBox={`0 0 ${width} ${height}`}
        preserveAspectRatio="none"
        role="img"
        aria-label={`Equity curve of ${equity.length} results, ${formatR(last)} in all, deepest drawdown ${formatR(deepest)}`}
      >
        <path class="plot-fall" d={`${linePath(falls, scale)}V${zero.toFixed(2)}H0Z`} />
        <path class="plot-zero" d={`M0 ${zero.toFixed(2)}H${width}`} />
        <path class="plot-line" d={linePath(values, scale)} />
      </svg>
      <p class="plot-key">
        <span class="key-line">sum of R</span> <span class="key-fall">below its highest</span>
      </p>
    </figure>
  );
}

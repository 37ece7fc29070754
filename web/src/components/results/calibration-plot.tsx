import type { PerformanceAnswer } from '../../../../schema/performance.ts';
import { formatShare } from '../../format/price.ts';
import { Word } from '../terms/word.tsx';

type Bins = PerformanceAnswer['calibration'];

/** Published probability against what came. On the diagonal the promise was kept; a dot's area is its count. */
export function CalibrationPlot({ bins }: { readonly bins: Bins }) {
  const used = bins.filter((bin) => bin.count > 0);
  const most = Math.max(1, ...used.map((bin) => bin.count));
  return (
    <figure class="plot plot-square">
      <figcaption>
        <h3>
          <Word>Calibration</Word>
        </h3>
        {used.length === 0 && <span class="panel-note">no result yet</span>}
      </figcaption>
      <svg viewBox="-14 -3 117 112" role="img" aria-label={describe(used)}>
        <path class="plot-frame" d="M0 0V100H100M50 0V100M0 50H100" />
        <path class="plot-diagonal" d="M0 100L100 0" />
        {used.map((bin) => (
          <circle
            key={bin.from}
            class="plot-dot"
            cx={bin.predicted * 100}
            cy={100 - bin.observed * 100}
            r={1.8 + 4.5 * Math.sqrt(bin.count / most)}
          />
        ))}
        <text x="0" y="107">
          0
        </text>
        <text x="50" y="107" text-anchor="middle">
          said 50 %
        </text>
        <text x="100" y="107" text-anchor="end">
          100
        </text>
        <text x="-3" y="3" text-anchor="end">
          100
        </text>
        <text x="-3" y="100" text-anchor="end">
          0
        </text>
        <text x="-3" y="50" text-anchor="middle" transform="rotate(-90 -3 50)">
          seen
        </text>
      </svg>
    </figure>
  );
}

function describe(bins: Bins): string {
  if (bins.length === 0) return 'Calibration plot, no result yet';
  const parts = bins.map(
    (bin) => `said ${formatShare(bin.predicted)}, seen ${formatShare(bin.observed)} of ${bin.count}`,
  );
  return `Calibration plot: ${parts.join('; ')}`;
}

import type { PerformanceAnswer } from '../../../../schema/performance.ts';
import { Word } from '../terms/word.tsx';

type Bins = PerformanceAnswer['histogram'];

/** How many results fell where, in R: losses to the left of zero, wins to the right. */
export function ResultHistogram({ bins }: { readonly bins: Bins }) {
  const most = Math.max(1, ...bins.map(({ count }) => count));
  const width = 100 / Math.max(1, bins.length);
  const zero = bins.findIndex((bin) => bin.from === 0);
  const fullest = bins.find(({ count }) => count === most);
  return (
    <figure class="plot plot-histogram">
      <figcaption>
        <h3>
          Results in <Word>R</Word>
        </h3>
        <span class="panel-note">
          {fullest === undefined ? 'no result yet' : `${most} at ${rangeOf(fullest)}`}
        </span>
      </figcaption>
      {bins.length > 0 && (
        <>
          <svg viewBox="0 0 100 100" preserveAspectRatio="none" role="img" aria-label={describe(bins)}>
            {bins.map(({ from, to, count }, i) => (
              <rect
                key={i}
                class={to !== null && to <= 0 ? 'bar-lost' : 'bar-won'}
                x={i * width + width * 0.06}
                width={width * 0.88}
                y={100 - heightOf(count, most)}
                height={heightOf(count, most)}
              >
                <title>{`${rangeOf({ from, to })}: ${count}`}</title>
              </rect>
            ))}
            {zero > 0 && <path class="plot-zero" d={`M${zero * width} 0V100`} />}
            <path class="plot-zero" d="M0 100H100" />
          </svg>
          <div class="axis-x" aria-hidden="true">
            <span>{endOf(bins[0]!.from, bins[0]!.to, 'under')}</span>
            {zero > 0 && bins.length > 4 && (
              <span class="axis-zero" style={{ left: `${zero * width}%` }}>
                0
              </span>
            )}
            <span>{endOf(bins.at(-1)!.to, bins.at(-1)!.from, 'over')}</span>
          </div>
        </>
      )}
    </figure>
  );
}

/** A single result stays visible beside hundreds. */
const heightOf = (count: number, most: number) => (count === 0 ? 0 : Math.max(1.5, (count / most) * 98));

const text = (r: number) => `${r < 0 ? '−' : ''}${Math.abs(r)}`;

const endOf = (end: number | null, other: number | null, word: string) =>
  end === null ? `${word} ${text(other ?? 0)}` : `${text(end)} R`;

function rangeOf({ from, to }: Pick<Bins[number], 'from' | 'to'>): string {
  if (from === null) return to === null ? 'any R' : `under ${text(to)} R`;
  return to === null ? `${text(from)} R and over` : `${text(from)} to ${text(to)} R`;
}

function describe(bins: Bins): string {
  const parts = bins.filter(({ count }) => count > 0).map((bin) => `${bin.count} at ${rangeOf(bin)}`);
  return `Histogram of the results: ${parts.join('; ')}`;
}

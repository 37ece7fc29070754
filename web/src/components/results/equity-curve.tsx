import { useState } from 'preact/hooks';
import type { PerformanceAnswer } from '../../../../schema/performance.ts';
import { formatR } from '../../format/price.ts';
import { Word } from '../terms/word.tsx';
import { formatTime } from '../../format/time.ts';
import { equityView, type EquityView } from './equity-view.ts';

interface Props {
  readonly equity: PerformanceAnswer['equity'];
  /** Results in all, of which `equity` has the last. */
  readonly resolved: number;
  /** The deepest fall of all results, R. */
  readonly deepest: number | null;
}

/** Sum of R over time, and under it how far it has fallen from its highest; each result can be read by pointer and by keyboard. */
export function EquityCurve({ equity, resolved, deepest }: Props) {
  const view = equityView(equity, resolved);
  const [chosen, setChosen] = useState<number | null>(null);
  const at = chosen === null ? null : Math.min(chosen, view.points.length - 1);
  return (
    <figure class="plot plot-equity">
      <figcaption>
        <h3>
          Equity and <Word>drawdown</Word>
        </h3>
        <span class="panel-note">
          {at !== null && view.points.length > 0 ? readOut(view, at) : summary(equity, resolved, deepest)}
        </span>
      </figcaption>
      {view.points.length > 0 && <Plot view={view} at={at} onChoose={setChosen} />}
      <p class="plot-key">
        <span class="key-line">sum of R</span> <span class="key-fall">below its highest</span>
      </p>
    </figure>
  );
}

function Plot({
  view,
  at,
  onChoose,
}: {
  readonly view: EquityView;
  readonly at: number | null;
  readonly onChoose: (at: number | null) => void;
}) {
  const last = view.points.length - 1;
  const onKeyDown = (event: KeyboardEvent) => {
    const now = at ?? last;
    const to = {
      ArrowLeft: now - 1,
      ArrowDown: now - 1,
      ArrowRight: now + 1,
      ArrowUp: now + 1,
      PageDown: now - 10,
      PageUp: now + 10,
      Home: 0,
      End: last,
    }[event.key];
    if (event.key === 'Escape') onChoose(null);
    if (to === undefined) return;
    event.preventDefault();
    onChoose(Math.min(last, Math.max(0, to)));
  };
  const follow = (event: PointerEvent & { readonly currentTarget: HTMLElement }) => {
    const { left, width } = event.currentTarget.getBoundingClientRect();
    onChoose(view.nearest((event.clientX - left) / width));
  };
  const shown = at ?? last;
  return (
    <div class="axes">
      <div class="axis-y" aria-hidden="true">
        {view.ticks.map(({ value, top }) => (
          <span key={value} style={{ top: `${top}%` }}>
            {value < 0 ? `−${-value}` : value}
          </span>
        ))}
      </div>
      <div
        class="plot-area"
        role="slider"
        tabIndex={0}
        aria-label="Equity, result by result"
        aria-valuemin={1}
        aria-valuemax={last + 1}
        aria-valuenow={shown + 1}
        aria-valuetext={readOut(view, shown)}
        onKeyDown={onKeyDown}
        onFocus={(event) => event.currentTarget.matches(':focus-visible') && onChoose(shown)}
        onBlur={() => onChoose(null)}
        onPointerDown={follow}
        onPointerMove={follow}
        onPointerLeave={() => onChoose(null)}
        onPointerCancel={() => onChoose(null)}
      >
        <svg viewBox="0 0 100 100" preserveAspectRatio="none" aria-hidden="true">
          <path class="plot-frame" d={view.ticks.map(({ top }) => `M0 ${top}H100`).join('')} />
          <path class="plot-fall" d={view.fall} />
          <path class="plot-zero" d={`M0 ${view.zero}H100`} />
          <path class="plot-line" d={view.line} />
          {at !== null && (
            <>
              <path class="plot-cursor" d={`M${view.points[at]!.x} 0V100`} />
              <path class="plot-here" d={`M${view.points[at]!.x} ${view.points[at]!.y}h0`} />
            </>
          )}
        </svg>
      </div>
      <div class="axis-x" aria-hidden="true">
        {view.times.map((time, i) => (
          <span key={i}>{formatTime(time, view.isShort ? 'minute' : 'day')}</span>
        ))}
      </div>
    </div>
  );
}

function readOut({ points, before }: EquityView, at: number): string {
  const { time, r, drawdown } = points[at]!;
  const fallen = drawdown < 0 ? `, ${formatR(drawdown)} from its highest` : '';
  return `${formatTime(time, 'full')}: ${formatR(r)}${fallen}, result ${before + at + 1} of ${before + points.length}`;
}

function summary(equity: Props['equity'], resolved: number, deepest: number | null): string {
  const sum = equity.at(-1)?.r;
  if (sum === undefined) return 'no result yet';
  const part = equity.length < resolved ? `, the last ${equity.length} shown` : '';
  return `${formatR(sum)} in all${deepest === null ? '' : `, ${formatR(-Math.abs(deepest))} at worst`}${part}`;
}

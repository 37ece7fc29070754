import { performance } from '../../state/server.ts';
import { useStore } from '../../state/use-store.ts';
import { CalibrationPlot } from './calibration-plot.tsx';
import { EquityCurve } from './equity-curve.tsx';
import { ResultFigures } from './result-figures.tsx';
import { WithheldTable } from './withheld-table.tsx';

/** How the signals have done: resolved ones only, with what chance alone could explain. */
export function PerformancePanel() {
  const { data, error } = useStore(performance, (asked) => asked);
  return (
    // It scrolls, and has nothing in it that could take the focus.
    <section class="panel results" data-view="results" aria-labelledby="results-title" tabIndex={0}>
      <div class="panel-head">
        <h2 id="results-title">Results</h2>
        <span class="panel-note">
          {data === null ? '' : `${data.resolved} resolved, ${data.open} open`}
          {error !== null && data !== null && ' · not up to date'}
        </span>
      </div>
      {data === null ? (
        <p class="empty">{error === null ? 'Asking for results…' : `No results: ${error}`}</p>
      ) : (
        <div class="results-grid">
          <ResultFigures figures={data} byStatus={data.by_status} sameMarket={data.same_market} />
          <EquityCurve equity={data.equity} />
          <CalibrationPlot bins={data.calibration} />
          <WithheldTable withheld={data.withheld} />
        </div>
      )}
    </section>
  );
}

import { filterFault, results, resultsFilter } from '../../state/results.ts';
import { useStore } from '../../state/use-store.ts';
import { CalibrationPlot } from './calibration-plot.tsx';
import { DownloadLinks } from './download-links.tsx';
import { EquityCurve } from './equity-curve.tsx';
import { ResultFigures } from './result-figures.tsx';
import { ResultHistogram } from './result-histogram.tsx';
import { ResultsFilters } from './results-filters.tsx';
import { WithheldTable } from './withheld-table.tsx';

/** How the signals have done: resolved ones only, with what chance alone could explain. */
export function PerformancePanel() {
  const { data, error, of } = useStore(results, (asked) => asked);
  const filter = useStore(resultsFilter, (chosen) => chosen);
  const fault = filterFault(filter);
  // What is of another filter stands until the answer comes, and not at all where none will.
  const isOther = of !== filter;
  const shown = isOther && (error !== null || fault !== null) ? null : data;
  return (
    <section class="panel results" data-view="results" aria-labelledby="results-title">
      <div class="panel-head">
        <h2 id="results-title">Results</h2>
        <span class="panel-note" role="status">
          {shown !== null && !isOther && `${shown.resolved} resolved, ${shown.open} open`}
          {shown !== null && isOther && 'Asking… these are of the choice before'}
          {error !== null && shown !== null && ' · not up to date'}
        </span>
        {fault === null && <DownloadLinks />}
      </div>
      <ResultsFilters />
      {shown === null ? (
        <p class="empty">{whyNone(fault, error)}</p>
      ) : (
        <div class="results-grid" aria-busy={isOther}>
          <ResultFigures figures={shown} byStatus={shown.by_status} sameMarket={shown.same_market} />
          <EquityCurve equity={shown.equity} resolved={shown.resolved} deepest={shown.max_drawdown_r} />
          <ResultHistogram bins={shown.histogram} />
          <CalibrationPlot bins={shown.calibration} />
          <WithheldTable withheld={shown.withheld} />
        </div>
      )}
    </section>
  );
}

function whyNone(fault: string | null, error: string | null): string {
  if (fault !== null) return 'No result is of a period without a day.';
  return error === null ? 'Asking for results…' : `No results: ${error}`;
}

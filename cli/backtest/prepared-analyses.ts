import { type AnalyseOptions, WINDOW } from '../../models/decision/analyse.ts';
import type { Analysis } from '../../models/decision/analysis.ts';
import { calibrated } from '../../models/decision/calibrated.ts';
import type { CandleColumns } from '../../models/candle-columns.ts';
import { UNCALIBRATED } from '../../models/report/calibration.ts';
import type { CloseVerdict } from '../../operators/analysis/analyse-closes.ts';
import { analyseWindow } from '../../operators/analysis/analyse-window.ts';
import type { LearningBook, TaughtClose } from '../../operators/signals/outcomes/learning-book.ts';
import type { FileMarket } from './file/file-market.ts';
import type { FoldedFile } from './file/fold-file.ts';

export interface PreparedAnalysesOptions {
  readonly market: FileMarket;
  readonly folded: FoldedFile;
  /** Of each bar that has a full window, in their order. */
  readonly analyses: readonly Analysis[];
  /** What they were made with. */
  readonly options: AnalyseOptions;
  /** Bars of a window. @default 250 */
  readonly bars?: number;
}

export interface PreparedAnalyses {
  /** The analysis of a close, Unix ms, uncalibrated; undefined where its window is not full. */
  readonly at: (closeTime: number) => Analysis | undefined;
  /** Analyses windows as the server does, calibrated by a book: closes in their order. Rejects where there is no analysis. */
  readonly by: (
    learning: Pick<LearningBook, 'of'>,
  ) => (columns: CandleColumns, close: TaughtClose) => Promise<CloseVerdict>;
}

/**
 * The server's analysis of a close, whose numbers were crunched before: a window depends on nothing that is decided. Their hours and hashes are
 * no part of its lineage here: nobody asks for the numbers again.
 */
export function preparedAnalyses({
  folded: { closeTimes },
  analyses,
  options,
  bars = WINDOW,
}: PreparedAnalysesOptions): PreparedAnalyses {
  const byClose = new Map(analyses.map((analysis, i) => [closeTimes[bars - 1 + i]!, analysis]));
  return {
    at: (closeTime) => byClose.get(closeTime),
    by: (learning) => (columns, close) =>
      analyseWindow(columns, close, {
        analyse: (_window, { calibration = UNCALIBRATED }) => {
          const analysis = byClose.get(close.closeTime);
          if (analysis === undefined)
            throw new RangeError(`no analysis of the close at ${new Date(close.closeTime).toISOString()}`);
          return calibrated(analysis, calibration);
        },
        options,
        learning: learning.of(close),
        isUnhashed: true,
      }),
  };
}

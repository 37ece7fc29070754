import { analyse, type AnalyseOptions } from '../../models/decision/analyse.ts';
import type { Analysis } from '../../models/decision/analysis.ts';
import type { AnalysedWindow } from '../../schema/signal-event.ts';
import type { Decision } from '../../schema/signal.ts';
import { frameHashesOf } from './strategy-lineage.ts';
import { resultHash } from './to-decision.ts';
import { columnsOfBytes, windowHash } from './window-bytes.ts';

/** One number of a signal, as it was stored and as it comes out again. */
interface Comparison {
  readonly name: string;
  readonly stored: unknown;
  readonly again: unknown;
  readonly same: boolean;
}

export interface Explanation {
  /** Everything came out the same, to the last bit. */
  readonly same: boolean;
  readonly comparisons: readonly Comparison[];
  /** Node versions then and now: another one may round a logarithm differently. */
  readonly node: { readonly issued: unknown; readonly now: string };
}

/**
 * Analyses the window of a stored decision again, with the options and the calibration it was analysed with, and compares. `byStrategy` is what its strategy gave again (`strategyTaskOf`), where one decided. Throws RangeError where the candles
 * or the lineage are not ours.
 */
export function explainSignal(
  decision: Decision,
  stored: AnalysedWindow,
  byStrategy?: Analysis,
): Explanation {
  const { lineage } = decision;
  const { options, volume_kind } = lineage as { options?: AnalyseOptions; volume_kind?: never };
  if (options === undefined || volume_kind === undefined)
    throw new RangeError('the lineage holds no options: this signal was not issued by an analysis');
  const columns = columnsOfBytes(Buffer.from(stored.window, 'base64'), volume_kind);
  if (lineage['strategy'] !== undefined && byStrategy === undefined)
    throw new RangeError('a strategy decided this signal: it has to be asked again');
  const analysis = byStrategy ?? analyse(columns, options);
  const pairs: [string, unknown, unknown][] = [
    ['window (SHA-256)', lineage['window_hash'], windowHash(columns)],
    ...frameHashesOf(decision, stored).map((frame): [string, unknown, unknown] => [
      `${frame.timeframe} (SHA-256)`,
      frame.named,
      frame.stored,
    ]),
    ['version', lineage['version'], analysis.modelVersion],
    ['signal_type', decision.signal_type, analysis.direction],
    ['entry', decision.entry, analysis.entry],
    ['tp', decision.tp, analysis.tp],
    ['sl', decision.sl, analysis.sl],
    ['confidence', decision.confidence, analysis.confidence],
    ['prob_tp_hit', decision.risk_metrics.prob_tp_hit, analysis.risk?.probTpHit],
    ['prob_sl_hit', decision.risk_metrics.prob_sl_hit, analysis.risk?.probSlHit],
    ['score', lineage['score'], analysis.score],
    ['threshold', lineage['threshold'], analysis.threshold],
    ['model', lineage['model'], analysis.hmm],
    ['result (SHA-256)', lineage['result_hash'], resultHash(analysis)],
  ];
  const comparisons = pairs.map(([name, stored, again]) => ({
    name,
    stored,
    again,
    same: canonical(stored) === canonical(again),
  }));
  return {
    same: comparisons.every(({ same }) => same),
    comparisons,
    node: { issued: lineage['node'], now: process.version },
  };
}

/** JSON with sorted keys: doubles keep every bit, a database may have reordered the keys. */
const canonical = (value: unknown): string | undefined =>
  JSON.stringify(value, (_key, inner: unknown) =>
    typeof inner === 'object' && inner !== null && !Array.isArray(inner)
      ? Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : 1)))
      : inner,
  );

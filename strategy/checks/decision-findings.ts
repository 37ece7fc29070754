import { quantile } from '../../models/statistics.ts';
import type { Finding, Tried } from './check-report.ts';

/** Share of the distance to the stop from which the cost decides the trade: the risk gate refuses beyond it. */
const mostCost = 0.25;

/** What the levels of the calls are worth after cost, and how near the nearest stop is. costBps: of the round trip. */
export function levelsFinding(tried: readonly Tried[], costBps: number): Finding {
  const calls = tried.flatMap((one) =>
    'fault' in one || one.analysis.direction === 'WAIT' || one.analysis.risk === null ? [] : [one.analysis],
  );
  if (calls.length === 0)
    return {
      check: 'levels',
      result: 'warning',
      message: `it called nothing on ${tried.length} closes, so that no levels were seen`,
    };
  const stops = calls.map(({ risk }) => risk!.potentialLossPct);
  const costs = stops.map((percent) => costBps / 100 / percent);
  const dear = costs.filter((share) => share > mostCost).length;
  const percent = (share: number): string => `${Math.round(100 * share)} %`;
  return {
    check: 'levels',
    result: dear > 0 ? 'warning' : 'passed',
    message: `${calls.length} calls, stops ${Math.min(...stops).toPrecision(2)} % or more away; cost takes ${percent(quantile(costs, 0.5))} of the stop, ${percent(Math.max(...costs))} at most${dear > 0 ? `, and more than ${percent(mostCost)} in ${dear}, which the risk gate refuses` : ''}`,
  };
}

/** What a decision costs, p50 and p99, ms. */
export function costFinding(tried: readonly Tried[], limitMs: number): Finding {
  const times = tried.flatMap((one) => ('fault' in one ? [] : [one.ms]));
  const [half, most] = [quantile(times, 0.5), quantile(times, 0.99)];
  return {
    check: 'cost',
    result: most > limitMs / 2 ? 'warning' : 'passed',
    message: `a decision takes ${half.toFixed(1)} ms, 99 of 100 at most ${most.toFixed(1)} ms; ${limitMs} ms of processor time are allowed`,
  };
}

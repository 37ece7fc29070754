import type { PerformanceAnswer } from '../../../schema/performance.ts';
import type { SignalType } from '../../../schema/signal.ts';
import type { Timeframe } from '../../../schema/timeframe.ts';
import { createStore } from './create-store.ts';
import type { Asked } from './server.ts';

/** The periods up to now, ms; `days` is one between two days of the user's. */
const periods = { '24h': 86_400_000, '7d': 604_800_000, '30d': 2_592_000_000, '90d': 7_776_000_000 };
export type Period = keyof typeof periods | 'days' | '';

/** Which results are shown; an empty text is no limit. */
export interface ResultsFilter {
  readonly symbol: string;
  readonly timeframe: Timeframe | '';
  readonly side: Exclude<SignalType, 'WAIT'> | '';
  readonly period: Period;
  /** Of the period `days`: the first and the last, in UTC, as `2026-11-28`. */
  readonly from: string;
  readonly to: string;
  /** Of this assignment alone; else of all that are live. */
  readonly assignment?: string;
}

export const everything: ResultsFilter = {
  symbol: '',
  timeframe: '',
  side: '',
  period: '',
  from: '',
  to: '',
};
export const resultsFilter = createStore<ResultsFilter>(everything);

/** The last good answer with the filter that it answers, and what went wrong since. */
export interface Results extends Asked<PerformanceAnswer> {
  readonly of: ResultsFilter;
}
export const results = createStore<Results>({ data: null, error: null, of: everything });

/** What is wrong with a filter, as a sentence; null where it can be asked. */
export const filterFault = ({ period, from, to }: ResultsFilter): string | null =>
  period === 'days' && from !== '' && to !== '' && from > to
    ? `The period ends on ${to}, before it begins on ${from}.`
    : null;

/** The query of a filter for `/performance` and its trades; `now` in Unix ms. The last day of a period belongs to it whole. */
export function resultsQuery(
  { symbol, timeframe, side, period, from, to, assignment = '' }: ResultsFilter,
  now: number,
): string {
  const query = new URLSearchParams();
  const add = (name: string, value: string) => value !== '' && query.set(name, value);
  add('symbol', symbol);
  add('timeframe', timeframe);
  add('side', side);
  add('assignment', assignment);
  if (period === 'days') {
    add('since', from);
    if (to !== '') add('until', String(Date.parse(to) + 86_400_000));
  } else if (period !== '') add('since', String(now - periods[period]));
  return query.toString();
}

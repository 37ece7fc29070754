import { bounded, kinds, type Indicator, type KindName } from '../../chart/indicators/kinds.ts';
import { createStore } from '../create-store.ts';

/** The indicators of each chart, by `BTCUSD 1h`; the chart changed last comes last. */
export type Indicators = Readonly<Record<string, readonly Indicator[]>>;

export const mostIndicators = 8;
/** Charts remembered. */
const mostCharts = 60;

export const indicators = createStore<Indicators>({});

const none: readonly Indicator[] = [];

export const indicatorsOf = (all: Indicators, symbol: string, timeframe: string): readonly Indicator[] =>
  all[`${symbol} ${timeframe}`] ?? none;

export function setIndicators(symbol: string, timeframe: string, list: readonly Indicator[]): void {
  const name = `${symbol} ${timeframe}`;
  indicators.update((all) => {
    const kept = Object.entries(all)
      .filter(([other]) => other !== name)
      .slice(1 - mostCharts);
    return Object.fromEntries([...kept, ...(list.length === 0 ? [] : [[name, list] as const])]);
  });
}

/** Indicators from their stored text. What is not understood is left out; numbers are put within their bounds. */
export function parseIndicators(text: string | null): Indicators {
  let raw: unknown;
  try {
    raw = JSON.parse(text ?? '{}');
  } catch {
    return {};
  }
  if (typeof raw !== 'object' || raw === null) return {};
  const charts = Object.entries(raw).slice(-mostCharts);
  return Object.fromEntries(
    charts.map(([name, list]): [string, readonly Indicator[]] => [
      name,
      Array.isArray(list) ? list.flatMap(parseIndicator).slice(0, mostIndicators) : [],
    ]),
  );
}

function parseIndicator(raw: unknown): Indicator[] {
  const { kind, values } = Object(raw) as { kind?: unknown; values?: unknown };
  if (typeof kind !== 'string' || !Object.hasOwn(kinds, kind)) return [];
  const given: readonly unknown[] = Array.isArray(values) ? values : [];
  const name = kind as KindName;
  return [{ kind: name, values: kinds[name].parameters.map((one, i) => bounded(one, given[i])) }];
}
